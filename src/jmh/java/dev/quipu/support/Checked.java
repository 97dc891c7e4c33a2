package dev.quipu.support;

import dev.quipu.tensor.Mat;

/** Holds what a benchmark computes to what it should be: what is wrong is not timed. Knows no operation. */
public final class Checked {

  /** What element [row, col] should be. */
  public interface Formula {
    double at(int row, int col);
  }

  private Checked() {}

  /**
   * @param what      was computed, for the message
   * @param tolerance the largest difference, as a part of what is expected or, where that is larger, of the root mean
   *                  square of all that is
   * @param step      from one element that is looked at to the next, in rows one after the other
   */
  public static void close(String what, Mat found, Formula formula, double tolerance, int step) {
    double[] expected = expected(found, formula, step);
    double usual = rootMeanSquare(expected);
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * Math.max(usual, Math.abs(expected[i]));
      int row = i * step / found.cols();
      int col = i * step % found.cols();
      if (!(Math.abs(found.get(row, col) - expected[i]) <= allowed)) {
        String element = what + ", element [" + row + ", " + col + "]";
        throw wrong(element, expected[i] + " within " + allowed, found.get(row, col));
      }
    }
  }

  public static IllegalStateException wrong(String what, Object expected, Object found) {
    return new IllegalStateException(what + ": expected " + expected + ", found " + found);
  }

  private static double[] expected(Mat found, Formula formula, int step) {
    double[] expected = new double[Math.ceilDiv(found.size(), step)];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = formula.at(i * step / found.cols(), i * step % found.cols());
    }
    return expected;
  }

  private static double rootMeanSquare(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum / values.length);
  }
}
