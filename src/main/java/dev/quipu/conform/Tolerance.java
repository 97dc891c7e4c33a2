package dev.quipu.conform;

import dev.quipu.config.Config;
import java.util.Arrays;
import java.util.Locale;

/** How far a number may be off: |got − want| ≤ atol + rtol·|want|. Infinities must match; a NaN never does. */
record Tolerance(double atol, double rtol) {

  /** The tolerance that a case carries; a case that compares floats and has none is malformed. */
  static Tolerance of(Case c) {
    Config tolerance = c.json().requireObject("tolerance");
    return new Tolerance(number(tolerance, "atol"), number(tolerance, "rtol"));
  }

  /** One number of a case's tolerance. */
  static double number(Config tolerance, String key) {
    double number = tolerance.requireDouble(key);
    if (!(number >= 0 && number < Double.POSITIVE_INFINITY)) {
      throw tolerance.refuse(key, "must be a finite number of at least 0 but is " + number);
    }
    return number;
  }

  /** @throws Mismatch at the first element that is too far off, or if the shapes differ */
  void check(String where, Tensor got, Tensor want) {
    if (!Arrays.equals(got.shape(), want.shape())) {
      throw Mismatch.of(where, "shape " + Arrays.toString(want.shape()), "shape " + Arrays.toString(got.shape()));
    }
    int length = want.elements();
    for (int i = 0; i < length; i++) {
      if (!holds(got.values()[i], want.values()[i])) {
        throw mismatch(where + " " + Tensor.coordinates(i, want.shape()), want.values()[i], got.values()[i],
            maxDifference(got.values(), want.values(), length));
      }
    }
  }

  /** For a number by itself. */
  void check(String where, double got, double want) {
    if (!holds(got, want)) {
      throw mismatch(where, want, got, Math.abs(got - want));
    }
  }

  boolean holds(double got, double want) {
    return Double.isInfinite(want) ? got == want : Math.abs(got - want) <= atol + rtol * Math.abs(want);
  }

  static Mismatch mismatch(String where, Object want, Object got, double maxDifference) {
    return new Mismatch("%s: expected %s, got %s, max abs difference %s".formatted(
        where, want, got, String.format(Locale.ROOT, "%.3g", maxDifference)));
  }

  /** NaN if there is one; infinities that agree do not differ. */
  private static double maxDifference(float[] got, float[] want, int length) {
    double max = 0;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, got[i] == want[i] ? 0 : Math.abs((double) got[i] - want[i]));
    }
    return max;
  }
}
