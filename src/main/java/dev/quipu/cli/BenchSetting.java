package dev.quipu.cli;

import dev.quipu.bench.Cliffs;
import dev.quipu.ops.OpsProvider;
import dev.quipu.ops.Roofs;
import dev.quipu.tensor.DType;
import java.lang.foreign.Arena;

/**
 * What a row of figures is about, besides the test.
 *
 * @param model   what is measured
 * @param ops     {@code vector} or {@code scalar}
 * @param species the width of the widest vectors, such as {@code 256-bit}; null for none
 * @param threads that compute
 * @param kvDtype what keys and values are kept as
 * @param roofs   what so many threads could do on this machine; null where that cannot be measured
 */
record BenchSetting(
    String model, String ops, String species, int threads, DType kvDtype, Roofs roofs, int prefillStepSize) {

  /** Measures the roofs. */
  static BenchSetting of(String model, int threads, BenchOptions options) {
    boolean available = OpsProvider.obstacleToVectors() == null;
    boolean vector = options.vector && available;
    int used = vector ? threads : 1; // scalar operations are one thread's
    return new BenchSetting(model, vector ? "vector" : "scalar", vector ? OpsProvider.vectorBits() + "-bit" : null,
        used, options.kvDtype, available ? roofs(used, options) : null, options.prefillStepSize);
  }

  private static Roofs roofs(int threads, BenchOptions options) {
    long start = System.nanoTime();
    try (Arena memory = Arena.ofShared(); ProgressBar _ = ProgressBar.start("Measuring what this machine can do")) {
      Roofs roofs = Roofs.measure(threads, Posix.memory(memory));
      Cliffs.of(roofs, threads).forEach(System.err::println);
      options.say("Measured the roofs in " + ModelOptions.milliseconds(start) + " ms");
      return roofs;
    }
  }

  boolean vector() {
    return species != null;
  }

  /** Bytes a second; 0 where unknown. */
  double streamRoof() {
    return roofs == null ? 0 : roofs.bytesPerSecond();
  }

  /** Floating-point operations a second; 0 where unknown. */
  double peakRoof() {
    return roofs == null ? 0 : roofs.flopsPerSecond();
  }
}
