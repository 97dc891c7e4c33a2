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

  /** Bytes from which two rows are read far apart: the processor's prefetcher then follows both (SPEED.md). */
  private static final int LONG_ROW = 512;

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
    int stride = WordPlanes.sumStride(weight.groups());
    float[] sums = planes.sums(weight.groupSize());
    int half = (rows + 1) / 2;
    boolean neighbours = weight.rowBytes() < LONG_ROW;
    for (int i = 0; i < half; i++) {
      int first = neighbours ? 2 * i : i;
      int second = Math.min(neighbours ? first + 1 : first + half, rows - 1); // an odd last row goes with itself
      for (int t = 0; t < out.rows(); t++) {
        pair(weight, row, first, second, planes.planes(), t * weight.in(), sums, t * stride, stride, scratch, out, t);
      }
    }
    if (w.bias() != null) {
      addBias(out, w.bias(), row, rows);
    }
  }

  private static void pair(
      Weight.Affine w, int row, int r0, int r1, float[] planes, int x, float[] sums, int sum, int stride,
      Scratch scratch, Mat out, int t) {
    int lanes = Lanes.ROW.length();
    int words = w.groupSize() * w.bits() / 32; // of a group
    int vectors = w.in() * w.bits() / 32 / lanes;
    int shift = Integer.numberOfTrailingZeros(Math.max(words / lanes, 1));
    long at0 = (row + r0) * w.rowBytes();
    long at1 = (row + r1) * w.rowBytes();
    int g0 = r0 * w.groups();
    int g1 = r1 * w.groups();
    float[] scales = scratch.scales;
    float[] biases = scratch.biases;
    int to = t * out.cols() + row;
    if (w.bits() == 8) {
      Affine8Dot.whole(w.packed(), at0, at1, vectors, planes, x, scales, biases, g0, g1, shift,
          sums, sum, stride / lanes, out.data(), to + r0, to + r1);
    } else if (words < lanes) {
      Affine4Dot.spread(w.packed(), at0, at1, vectors, planes, x, scales, biases, g0, g1,
          sums, sum, stride / lanes, out.data(), to + r0, to + r1);
    } else {
      Affine4Dot.whole(w.packed(), at0, at1, vectors, planes, x, scales, biases, g0, g1, shift,
          sums, sum, stride / lanes, out.data(), to + r0, to + r1);
    }
  }

  private static void addBias(Mat out, float[] bias, int row, int rows) {
    for (int t = 0; t < out.rows(); t++) {
      for (int n = row; n < row + rows; n++) {
        out.data()[t * out.cols() + n] += bias[n];
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
        out.data()[t * out.cols() + row + r] = dot;
      }
    }
    if (w.bias() != null) {
      addBias(out, w.bias(), row, rows);
    }
  }
}
