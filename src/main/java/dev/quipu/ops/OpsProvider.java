package dev.quipu.ops;

import java.util.function.Consumer;

/**
 * Chooses the fastest operations that this Java virtual machine can run well, and says which and why not the others.
 * Knows no model.
 */
public final class OpsProvider {

  private static final String VECTOR_CLASS = "jdk.incubator.vector.FloatVector";

  private OpsProvider() {}

  /**
   * @param vector  whether the vector operations are wanted; where they cannot be had, scalar ones do
   * @param threads threads of the vector operations, 0 for one a processor
   * @param log     told which operations were chosen
   * @param warn    told why they are not those that were wanted, and what to do about it
   */
  public static Ops choose(boolean vector, int threads, Consumer<String> log, Consumer<String> warn) {
    String obstacle = vector ? obstacleToVectors() : null;
    if (obstacle != null) {
      warn.accept(obstacle + ". Using scalar operations, which are much slower");
    }
    if (!vector || obstacle != null) {
      log.accept("Operations: scalar");
      return new ScalarOps();
    }
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    log.accept("Operations: vector, " + Lanes.describe() + ", " + count + (count == 1 ? " thread" : " threads"));
    return new VectorOps(count);
  }

  /** Why the vector operations cannot run, or would run badly; null if nothing is in the way. */
  public static String obstacleToVectors() {
    if (!hasVectorModule()) {
      return "Vector API not enabled: start with --add-modules jdk.incubator.vector";
    }
    if (System.getProperty("java.vm.info", "").startsWith("interpreted")) {
      return "Java only interprets: start without -Xint";
    }
    return null;
  }

  /** The bits of the widest vectors that the vector operations use. */
  public static int vectorBits() {
    return Lanes.WIDE.vectorBitSize();
  }

  private static boolean hasVectorModule() {
    try {
      Class.forName(VECTOR_CLASS, false, OpsProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
