package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;

/**
 * Matrix products of the {@link Regime#GENERATE} regime: each row of weights comes from memory once, and meets every row
 * of activations while it is in the cache. 4 and 8 bits are unpacked in registers; other formats are widened to a row of
 * floats first.
 */
final class GenerateRows {

  /** Rows whose scales are widened at once. */
  private static final int MAX_ROWS = 64;

  private static final int SCALES = 2048;

  private final WordPlanes planes4 = new WordPlanes(4);
  private final WordPlanes planes8 = new WordPlanes(8);

  /** Before the first {@link #prepare} of a call. */
  void clear() {
    planes4.clear();
    planes8.clear();
  }

  /** Makes what every thread needs of the activations. */
  void prepare(Mat x, Weight weight) {
    WordPlanes planes = planes(weight);
    if (planes != null) {
      planes.prepare(x, ((Weight.Affine) weight).groupSize());
    }
  }

  private WordPlanes planes(Weight weight) {
    if (!(weight instanceof Weight.Affine affine)) {
      return null;
    }
    if (affine.bits() == 4 && planes4.fits(affine.in())) {
      return planes4;
    }
    return affine.bits() == 8 && planes8.fits(affine.in()) ? planes8 : null;
  }

  /** Columns [from, to) of out[T,N]: rows of the weight. */
  void run(Mat out, Mat x, Linear w, int from, int to, Scratch scratch) {
    WordPlanes planes = planes(w.weight());
    int groups = w.weight() instanceof Weight.Affine affine ? affine.groups() : 1;
    int step = Math.clamp(SCALES / groups, 1, MAX_ROWS);
    for (int row = from; row < to; row += step) {
      int rows = Math.min(step, to - row);
      if (w.weight() instanceof Weight.Affine affine) {
        Widening.groups(affine, row, rows, scratch);
      }
      if (planes == null) {
        widened(out, x, w, row, rows, scratch);
      } else {
        packed(out, w, (Weight.Affine) w.weight(), planes, row, rows, scratch);
      }
    }
  }

  private static void packed(
      Mat out, Linear w, Weight.Affine weight, WordPlanes planes, int row, int rows, Scratch scratch) {
    int groups = weight.groups();
    int codes = 32 / weight.bits();
    int vectors = weight.in() / (codes * Lanes.ROW.length());
    int words = weight.groupSize() / codes; // of a group
    boolean spread = words < Lanes.ROW.length();
    int shift = spread ? 0 : Integer.numberOfTrailingZeros(words / Lanes.ROW.length());
    float[] scales = scratch.scales;
    float[] activations = planes.planes();
    float[] sums = planes.sums(weight.groupSize());
    for (int r = 0; r < rows; r++) {
      long at = (row + r) * weight.rowBytes();
      int group = r * groups;
      for (int t = 0; t < out.rows(); t++) {
        int x = t * weight.in();
        float start = FloatDot.dot(scratch.biases, group, sums, t * groups, groups);
        float dot;
        if (weight.bits() == 8) {
          dot = Affine8Dot.whole(weight.packed(), at, vectors, activations, x, scales, group, shift, start);
        } else if (spread) {
          dot = Affine4Dot.spread(weight.packed(), at, vectors, activations, x, scales, group, start);
        } else {
          dot = Affine4Dot.whole(weight.packed(), at, vectors, activations, x, scales, group, shift, start);
        }
        out.data()[t * out.cols() + row + r] = biased(dot, w, row + r);
      }
    }
  }

  private static void widened(Mat out, Mat x, Linear w, int row, int rows, Scratch scratch) {
    int inputs = w.weight().in();
    scratch.band = grown(scratch.band, inputs);
    for (int r = 0; r < rows; r++) {
      Widening.row(w.weight(), row + r, r, 0, inputs, scratch.band, 0, scratch);
      for (int t = 0; t < x.rows(); t++) {
        float dot = FloatDot.dot(scratch.band, 0, x.data(), t * inputs, inputs);
        out.data()[t * out.cols() + row + r] = biased(dot, w, row + r);
      }
    }
  }

  private static float biased(float dot, Linear w, int n) {
    return w.bias() == null ? dot : dot + w.bias()[n];
  }
}
