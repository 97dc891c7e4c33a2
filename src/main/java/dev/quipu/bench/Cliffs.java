package dev.quipu.bench;

import dev.quipu.ops.Roofs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Figures that are no slowness of the model but a fall: code that the JIT has not made what it should have, or a
 * machine that does something else. Says what was seen, and what to do about it.
 */
public final class Cliffs {

  /** Garbage a token that no kernel makes unless its vectors are objects; it is ten times as much then, and more. */
  static final double GARBAGE_BYTES = 1_000_000;

  /** The slowest repetition against the fastest. */
  static final double STEADY = 0.5;

  /** Of a roof: what the slowest format reaches is several times as much. */
  static final double SHARE = 0.04;

  /** Seconds of a pass below which threads wait for each other longer than they compute. */
  static final double SHORT_PASS = 0.005;

  /** Multiply-adds a second of one thread; the slowest processor with vectors does more. */
  static final double SLOWEST_PEAK = 3e9;

  private Cliffs() {}

  /** What is wrong with this Java, as far as the roofs show. */
  public static List<String> of(Roofs roofs, int threads) {
    if (roofs.flopsPerSecond() / threads > SLOWEST_PEAK) {
      return List.of();
    }
    return List.of(String.format(Locale.ROOT, "Vectors are not compiled to vector instructions: multiply-adds in"
        + " registers reach %.2f GFLOP/s a thread. Use a JVM with the C2 compiler (any OpenJDK 25), without"
        + " -XX:TieredStopAtLevel, -XX:-EnableVectorSupport or -Xint", roofs.flopsPerSecond() / 1e9 / threads));
  }

  /**
   * What is wrong with a test.
   *
   * @param roofs null if the operations are not meant to reach them: those without vectors
   */
  public static List<String> of(Result result, Roofs roofs) {
    List<String> found = new ArrayList<>();
    if (result.worst() < STEADY * result.best()) {
      found.add(String.format(Locale.ROOT, "the slowest repetition ran at %.0f %% of the fastest. The machine does"
          + " something else, or has too few processors for -t threads; repeat it when all is quiet",
          100 * result.worst() / result.best()));
    }
    if (roofs != null && result.garbage() > GARBAGE_BYTES) {
      found.add(String.format(Locale.ROOT, "%.1f MB of garbage a token. Vectors are kept on the heap, since the JIT"
          + " has not inlined a kernel, or is not done yet; that costs a factor of ten. Repeat it when all is quiet,"
          + " without -XX flags that limit inlining, or with another width: -Dquipu.vector.bits=128, 256 or 512", result.garbage() / 1e6));
    }
    if (roofs != null && result.secondsOfPass() > SHORT_PASS && share(result, roofs) < SHARE) {
      found.add(String.format(Locale.ROOT, "%.1f %% of the nearest roof. Some kernel runs far below what it can;"
          + " compare with fewer threads (-t) and another format (--shape, --bits)", 100 * share(result, roofs)));
    }
    found.replaceAll(warning -> result.workload().name() + ": " + warning);
    return found;
  }

  /** Of the roof that it is nearest to. */
  private static double share(Result result, Roofs roofs) {
    return Math.max(
        result.bytesPerSecond() / roofs.bytesPerSecond(), result.flopsPerSecond() / roofs.flopsPerSecond());
  }
}
