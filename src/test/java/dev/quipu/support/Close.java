package dev.quipu.support;

import dev.quipu.config.Config;

/**
 * Compares numbers as golden/FORMAT.md says: |got − want| ≤ atol + rtol·|want|, infinities alike, no NaN. A failure names
 * what, where as coordinates, both values, and how far apart the whole tensors are.
 */
public record Close(double atol, double rtol) {

  /** The tolerance that a case carries. */
  public static Close of(Config json) {
    Config tolerance = json.object("tolerance");
    return new Close(tolerance.requireDouble("atol"), tolerance.requireDouble("rtol"));
  }

  /** @param cols elements a row, for the coordinates */
  public void check(String what, float[] got, float[] want, int length, int cols) {
    for (int i = 0; i < length; i++) {
      if (!close(got[i], want[i])) {
        throw new AssertionError("%s, row %d, col %d: expected %s, got %s; max difference %g, mean %g".formatted(
            what, i / cols, i % cols, want[i], got[i], maxDifference(got, want, length),
            meanDifference(got, want, length)));
      }
    }
  }

  private boolean close(float got, float want) {
    return Float.isInfinite(want) ? got == want : Math.abs((double) got - want) <= atol + rtol * Math.abs(want);
  }

  private static double maxDifference(float[] got, float[] want, int length) {
    double max = 0;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, Math.abs((double) got[i] - want[i]));
    }
    return max;
  }

  private static double meanDifference(float[] got, float[] want, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += Math.abs((double) got[i] - want[i]);
    }
    return sum / length;
  }
}
