package dev.quipu.ops;

/**
 * Whether the vector code is worth calling yet. Before the JIT has compiled it, each vector operation is a chain of
 * calls that makes objects, and compiling that chain keeps the JIT from what matters; plain loops with the same numbers
 * are then several times faster. So the first prompt is computed cold: until so many multiply-adds are done, or the
 * first token is to be generated. Shared by all vector operations of the virtual machine.
 */
final class Warmth {

  /** Some 200 prompt tokens of a model of 100 million parameters. */
  private static final long COLD_MULTIPLY_ADDS = 20_000_000_000L;

  /** Of one call, in which the JIT has time to compile: a matrix of a large model, or a whole image. */
  private static final long LARGE_CALL = 2_000_000_000L;

  /** In which the JIT compiles the kernels that take several rows. */
  private static final long SEVERAL_NANOS = 1_500_000_000L;

  private static volatile boolean machineIsWarm;
  private static volatile long severalSince; // when they were first asked for; 0: not yet

  private final boolean forever;
  private long done;

  /** That of this virtual machine. */
  Warmth() {
    this(false);
  }

  /** @param coldForever whether nothing ends it, for a test that compares the two */
  Warmth(boolean coldForever) {
    this.forever = coldForever;
  }

  boolean isCold() {
    return forever || !machineIsWarm;
  }

  /** Ends it before a call of so many multiply-adds that plain loops would cost more than waiting for the JIT. */
  void begins(long multiplyAdds) {
    if (multiplyAdds >= LARGE_CALL) {
      end();
    }
  }

  /** Counts the multiply-adds of a product that was computed cold. */
  void did(long multiplyAdds) {
    done += multiplyAdds;
    if (done > COLD_MULTIPLY_ADDS) {
      end();
    }
  }

  void end() {
    machineIsWarm = true;
  }

  /** Whether enough time has gone by since this was first asked, while single rows were computed. */
  boolean severalRowsAreReady() {
    if (severalSince == 0) {
      severalSince = System.nanoTime();
    }
    return System.nanoTime() - severalSince > SEVERAL_NANOS;
  }
}
