package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;
import static dev.quipu.ops.WordPlanes.groupWords;
import static dev.quipu.ops.WordPlanes.shift;
import static dev.quipu.ops.WordPlanes.vectors;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;

/**
 * Matrix products of the {@link Regime#GENERATE} regime: each row of weights comes from memory once, and meets every
 * row of activations while it is in the cache. Most formats are unpacked in registers, the commonest for several rows
 * of activations at once; the others are widened to a row of floats first. Which, depends on the format and the length
 * of a row.
 */
final class GenerateRows {

  /** Rows whose scales are widened at once. */
  private static final int MAX_ROWS = 64;

  private static final int SCALES = 2048;

  /** What stays in the first-level cache beside the activations. */
  private static final long CACHED_BYTES = 16 << 10;

  private static final int V = Lanes.ROW.length();

  /** Rows of x for which the kernels of several are rehearsed. */
  private static final int SEVERAL = 4;

  private final Rehearsal rehearsal = new Rehearsal(false);
  private final Rehearsal severalRehearsal = new Rehearsal(true);
  private final AffineRows affine = new AffineRows();
  private final WordPlanes micro4 = WordPlanes.ofElements(4);
  private final WordPlanes micro8 = WordPlanes.ofElements(8);

  /** Before the first {@link #prepare} of a call. */
  void clear() {
    affine.clear();
    micro4.clear();
    micro8.clear();
  }

  /** Makes what every thread needs of the activations. */
  void prepare(Mat x, Weight weight) {
    switch (weight) {
      case Weight.Dense _ -> { }
      case Weight.Affine w -> affine.prepare(x, w);
      case Weight.MicroScaled w when planes(w).fits(w.in()) -> planes(w).prepare(x);
      case Weight.MicroScaled _ -> { }
    }
  }

  private WordPlanes planes(Weight.MicroScaled w) {
    return w.bits() == 4 ? micro4 : micro8;
  }

  /** Columns [from, to) of out[T,N]: rows of the weight. */
  void run(Mat out, Mat x, Linear w, int from, int to, Scratch scratch) {
    int step = rowsAtOnce(w.weight(), x.rows());
    scratch.lanes = grown(scratch.lanes, MAX_ROWS * AffineRows.MAX_LANES);
    if (w.weight() instanceof Weight.Affine weight) {
      scratch.ahead.start(weight, from, to, step);
    }
    for (int row = from; row < to; row += step) {
      int rows = Math.min(step, to - row);
      if (w.weight() instanceof Weight.Packed packed) {
        Widening.groups(packed, row, rows, scratch);
      }
      product(out, x, w.weight(), row, rows, scratch);
      if (w.bias() != null) {
        addBias(out, w.bias(), row, rows);
      }
    }
  }

  private void product(Mat out, Mat x, Weight w, int row, int rows, Scratch scratch) {
    switch (w) {
      case Weight.Dense dense when inRegisters(dense, x.rows()) -> dense(out, x, dense, row, rows, scratch);
      case Weight.Affine weight when affine.takes(weight) -> affine.run(out, x, weight, row, rows, scratch);
      case Weight.MicroScaled micro when planes(micro).fits(micro.in()) -> micro(out, micro, row, rows, scratch);
      case Weight weight -> widened(out, x, weight, row, rows, scratch);
    }
  }

  /** Has a weight's kernel compiled if it is the first of its kind; out's first column is overwritten. */
  void rehearse(Mat out, Mat x, Weight w, Scratch scratch) {
    if (rehearsal.isDueFor(w)) {
      rehearse(rehearsal, out, x, w, scratch);
    }
  }

  /** The same for the kernel that takes several rows of x; before {@link #clear}. */
  void rehearseSeveral(Weight w, Scratch scratch) {
    if (severalRehearsal.isDueFor(w)) {
      Mat x = Mat.zeros(SEVERAL, w.in());
      clear();
      prepare(x, w);
      rehearse(severalRehearsal, Mat.zeros(SEVERAL, 1), x, w, scratch);
    }
  }

  private void rehearse(Rehearsal rehearsal, Mat out, Mat x, Weight w, Scratch scratch) {
    scratch.lanes = grown(scratch.lanes, MAX_ROWS * AffineRows.MAX_LANES);
    if (w instanceof Weight.Packed packed) {
      Widening.groups(packed, 0, 1, scratch);
    }
    if (w instanceof Weight.Affine affine) {
      scratch.ahead.start(affine, 0, 1, 1);
    }
    rehearsal.run(rows -> product(out, x, w, 0, rows, scratch));
  }

  /** Rows whose scales are widened at once; few enough to stay in the cache while rows of x come by. */
  private static int rowsAtOnce(Weight weight, int rowsOfX) {
    if (!(weight instanceof Weight.Packed packed)) {
      return MAX_ROWS;
    }
    int fit = Math.clamp(SCALES / packed.groups(), 1, MAX_ROWS);
    long bytes = packed instanceof Weight.Affine w && AffineRows.wide(w) ? WideCodes.BYTES : packed.rowBytes();
    return rowsOfX == 1 ? fit : (int) Math.clamp(CACHED_BYTES / bytes, 1, fit);
  }

  /** Else the numbers are those of a widened row, which several rows of x can share. */
  private static boolean inRegisters(Weight.Dense weight, int rowsOfX) {
    return rowsOfX == 1 && weight.dtype() != DType.F16;
  }

  private static void dense(Mat out, Mat x, Weight.Dense w, int row, int rows, Scratch scratch) {
    int in = w.in();
    long at = (long) row * in * w.dtype().bytes();
    if (w.dtype() == DType.F32) {
      DenseDot.f32(w.data(), at, rows, x.data(), 0, in, scratch.lanes, out.data(), row);
    } else {
      DenseDot.bf16(w.data(), at, rows, x.data(), 0, in, scratch.lanes, out.data(), row);
    }
  }

  private void micro(Mat out, Weight.MicroScaled w, int row, int rows, Scratch scratch) {
    float[] y = planes(w).planes();
    float[] lanes = scratch.lanes;
    long at = row * w.rowBytes();
    int vectors = vectors(w);
    for (int t = 0; t < out.rows(); t++) {
      int from = t * w.in();
      RowLanes.clear(lanes, 0, rows, V);
      if (w.bits() == 8) {
        MicroE4m3Dot.dot(w.packed(), at, rows, vectors, y, from, scratch.scales, 0, w.groups(), shift(w), lanes, 0);
      } else {
        MicroE2m1Dot.dot(
            w.packed(), at, rows, vectors, y, from, scratch.scales, 0, w.groups(), groupWords(w), lanes, 0);
      }
      RowLanes.add(lanes, 0, rows, V, out.data(), t * out.cols() + row);
    }
    if (w.bits() == 8) {
      spreadNan(out, w, row, rows);
    }
  }

  private static void spreadNan(Mat out, Weight.MicroScaled w, int row, int rows) {
    for (int r = row; r < row + rows; r++) {
      if (MicroE4m3Dot.hasNan(w.packed(), r * w.rowBytes(), vectors(w))) {
        for (int t = 0; t < out.rows(); t++) {
          out.data()[t * out.cols() + r] = Float.NaN;
        }
      }
    }
  }

  private static void addBias(Mat out, float[] bias, int row, int rows) {
    for (int t = 0; t < out.rows(); t++) {
      for (int n = row; n < row + rows; n++) {
        out.data()[t * out.cols() + n] += bias[n];
      }
    }
  }

  private static void widened(Mat out, Mat x, Weight weight, int row, int rows, Scratch scratch) {
    int inputs = weight.in();
    scratch.band = grown(scratch.band, inputs);
    for (int r = 0; r < rows; r++) {
      Widening.row(weight, row + r, r, 0, inputs, scratch.band, 0, scratch);
      int t = 0;
      for (; V == 4 && t <= x.rows() - 4; t += 4) {
        FloatDot.four(
            scratch.band, 0, x.data(), t * inputs, inputs, scratch.lanes, out.data(), t * out.cols() + row + r,
            out.cols());
      }
      for (; t < x.rows(); t++) {
        float dot = FloatDot.dot(scratch.band, 0, x.data(), t * inputs, inputs);
        out.data()[t * out.cols() + row + r] = dot;
      }
    }
  }
}
