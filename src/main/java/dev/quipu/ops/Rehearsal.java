package dev.quipu.ops;

import dev.quipu.tensor.Weight;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has a kernel compiled before it is needed. The JIT takes a method for hot after so many calls, or rounds of a loop; a
 * round of vector code takes a hundred times as long until then, and makes the JIT compile all the methods that it
 * calls first. So the kernel is called often, and nearly always for no row at all. Knows no kernel.
 */
final class Rehearsal {

  /** A kernel, for the first {@code rows} rows of a weight. */
  interface Kernel {
    void run(int rows);
  }

  /** More than Tier3InvocationThreshold and Tier4InvocationThreshold together. */
  private static final int CALLS = 5_500;

  /** Of so many calls one has a row, so that the JIT sees what happens then. */
  private static final int CALLS_A_ROW = 100;

  private static final Set<Kind> DONE = ConcurrentHashMap.newKeySet(); // by this virtual machine

  private final boolean several;
  private final Map<Weight, Kind> seen = new IdentityHashMap<>(); // so that asking again allocates nothing

  /** @param several whether kernels are meant that take several rows of activations */
  Rehearsal(boolean several) {
    this.several = several;
  }

  /** Weights that have one kernel: those of a format, with rows of a length. */
  private record Kind(Object format, int inputs, boolean several) {}

  private Kind kind(Weight weight) {
    return switch (weight) {
      case Weight.Dense dense -> new Kind(dense.dtype(), dense.in(), several);
      case Weight.Packed packed -> new Kind(packed.packing(), packed.in(), several);
    };
  }

  /** Whether a weight is the first of its kind; only once. */
  boolean isDueFor(Weight weight) {
    if (seen.containsKey(weight)) {
      return false;
    }
    Kind kind = kind(weight);
    seen.put(weight, kind);
    return DONE.add(kind);
  }

  /** The JIT goes on beside what comes next. */
  void run(Kernel kernel) {
    for (int call = 0; call < CALLS; call++) {
      kernel.run(call % CALLS_A_ROW == 0 ? 1 : 0);
    }
  }
}
