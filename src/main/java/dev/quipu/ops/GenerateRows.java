package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;

/**
 * Matrix products of the {@link Regime#GENERATE} regime: each row of weights comes from memory once, and meets every
 * row of activations while it is in the cache. Most formats are unpacked in registers, the commonest for two rows of
 * activations at once; the others are widened to a row of floats first. Which, depends on the format and the length of
 * a row.
 */
final class GenerateRows {

  /** Rows whose scales are widened at once. */
  private static final int MAX_ROWS = 64;

  private static final int SCALES = 2048;

  /** What stays in the first-level cache beside the activations. */
  private static final long CACHED_BYTES = 16 << 10;

  private static final int V = Lanes.ROW.length();

  private final WordPlanes affine4 = WordPlanes.ofMasked(4);
  private final WordPlanes affine8 = WordPlanes.ofMasked(8);
  private final WordPlanes micro4 = WordPlanes.ofElements(4);
  private final WordPlanes micro8 = WordPlanes.ofElements(8);
  private final GroupSums sums = new GroupSums();

  /** Before the first {@link #prepare} of a call. */
  void clear() {
    affine4.clear();
    affine8.clear();
    micro4.clear();
    micro8.clear();
    sums.clear();
  }

  /** Makes what every thread needs of the activations. */
  void prepare(Mat x, Weight weight) {
    WordPlanes planes = planes(weight);
    if (planes != null) {
      planes.prepare(x);
    }
    if (weight instanceof Weight.Affine affine) {
      sums.prepare(x, affine.groupSize());
    }
  }

  /** What a kernel that masks whole words takes; null if the weight has none, or none for rows of this length. */
  private WordPlanes planes(Weight weight) {
    WordPlanes planes = switch (weight) {
      case Weight.Dense _ -> null;
      case Weight.Affine affine -> affine.bits() == 4 ? affine4 : affine.bits() == 8 ? affine8 : null;
      case Weight.MicroScaled micro -> micro.bits() == 4 ? micro4 : micro8;
    };
    return planes != null && planes.fits(weight.in()) ? planes : null;
  }

  /** Columns [from, to) of out[T,N]: rows of the weight. */
  void run(Mat out, Mat x, Linear w, int from, int to, Scratch scratch) {
    int step = rowsAtOnce(w.weight(), x.rows());
    scratch.lanes = grown(scratch.lanes, 4 * MAX_ROWS * V);
    for (int row = from; row < to; row += step) {
      int rows = Math.min(step, to - row);
      if (w.weight() instanceof Weight.Packed packed) {
        Widening.groups(packed, row, rows, scratch);
      }
      switch (w.weight()) {
        case Weight.Dense dense when inRegisters(dense, x.rows()) -> dense(out, x, dense, row, rows, scratch);
        case Weight.Affine affine when inRegisters(affine) -> affine(out, x, affine, row, rows, scratch);
        case Weight.MicroScaled micro when planes(micro) != null -> micro(out, micro, row, rows, scratch);
        case Weight weight -> widened(out, x, weight, row, rows, scratch);
      }
      if (w.bias() != null) {
        addBias(out, w.bias(), row, rows);
      }
    }
  }

  /** Rows whose scales are widened at once; few enough to stay in the cache while rows of x come by. */
  private static int rowsAtOnce(Weight weight, int rowsOfX) {
    if (!(weight instanceof Weight.Packed packed)) {
      return MAX_ROWS;
    }
    int fit = Math.clamp(SCALES / packed.groups(), 1, MAX_ROWS);
    return rowsOfX <= 2 ? fit : (int) Math.clamp(CACHED_BYTES / packed.rowBytes(), 1, fit);
  }

  /** Else the numbers are those of a widened row, which several rows of x can share. */
  private static boolean inRegisters(Weight.Dense weight, int rowsOfX) {
    return rowsOfX == 1 && weight.dtype() != DType.F16;
  }

  private boolean inRegisters(Weight.Affine weight) {
    return planes(weight) != null || V == 8 && weight.bits() < 8;
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

  private void affine(Mat out, Mat x, Weight.Affine w, int row, int rows, Scratch scratch) {
    int most = planes(w) == null ? 1 : narrow(w) ? 4 : 2;
    int next = V * rows;
    int n; // rows of x at once: 1, 2 or 4
    for (int t = 0; t < out.rows(); t += n) {
      n = Math.min(Integer.highestOneBit(out.rows() - t), most);
      for (int i = 0; i < n; i++) {
        biases(w, rows, t + i, next * i, scratch);
      }
      if (narrow(w)) {
        narrow(w, row, rows, t, n, scratch);
      } else if (n == 2) {
        twice(w, row, rows, t, scratch);
      } else {
        once(w, row, rows, x, t, scratch);
      }
      for (int i = 0; i < n; i++) {
        RowLanes.add(scratch.lanes, next * i, rows, out.data(), (t + i) * out.cols() + row);
      }
    }
  }

  private void biases(Weight.Affine w, int rows, int t, int at, Scratch scratch) {
    int stride = GroupSums.stride(w.groups());
    RowLanes.biases(
        scratch.biases, 0, w.groups(), rows, sums.of(w.groupSize()), t * stride, stride / V, scratch.lanes, at);
  }

  private void once(Weight.Affine w, int row, int rows, Mat x, int t, Scratch scratch) {
    WordPlanes planes = planes(w);
    long at = row * w.rowBytes();
    int from = t * w.in();
    float[] lanes = scratch.lanes;
    float[] scales = scratch.scales;
    if (planes == null) {
      int blocks = w.in() / Widening.BLOCK;
      int shift = Integer.numberOfTrailingZeros(w.groupSize() / Widening.BLOCK);
      if (w.bits() > 4) {
        AffineBitsDot.twoWords(
            w.packed(), at, rows, w.bits(), blocks, x.data(), from, scales, 0, w.groups(), shift, lanes, 0);
      } else {
        AffineBitsDot.oneWord(
            w.packed(), at, rows, w.bits(), blocks, x.data(), from, scales, 0, w.groups(), shift, lanes, 0);
      }
      return;
    }
    float[] y = planes.planes();
    int vectors = vectors(w);
    if (w.bits() == 8) {
      Affine8Dot.whole(w.packed(), at, rows, vectors, y, from, scales, 0, w.groups(), shift(w), lanes, 0);
    } else if (groupWords(w) < V) {
      Affine4Dot.spread(w.packed(), at, rows, vectors, y, from, scales, 0, w.groups(), lanes, 0);
    } else if (Lanes.MANY_REGISTERS) {
      Affine4Dot.wholePairs(w.packed(), at, rows, vectors, y, from, scales, 0, w.groups(), shift(w), lanes, 0);
    } else {
      Affine4Dot.whole(w.packed(), at, rows, vectors, y, from, scales, 0, w.groups(), shift(w), lanes, 0);
    }
  }

  /** Whether there are kernels for vectors of this width alone. */
  private static boolean narrow(Weight.Affine w) {
    return V == 4 && w.bits() == 4;
  }

  /** Rows [t, t + n) of x. */
  private void narrow(Weight.Affine w, int row, int rows, int t, int n, Scratch scratch) {
    MemorySegment packed = w.packed();
    long at = row * w.rowBytes();
    int vectors = vectors(w);
    int groups = w.groups();
    float[] y = planes(w).planes();
    int from = t * w.in();
    float[] scales = scratch.scales;
    float[] lanes = scratch.lanes;
    if (n == 4) {
      NarrowAffine4Dot.four(
          packed, at, rows, vectors, y, from, w.in(), scales, 0, groups, shift(w), lanes, 0, V * rows);
    } else if (n == 2) {
      NarrowAffine4Dot.two(
          packed, at, rows, vectors, y, from, w.in(), scales, 0, groups, shift(w), lanes, 0, V * rows);
    } else if (shift(w) == 0) {
      NarrowAffine4Dot.single(packed, at, rows, vectors, y, from, scales, 0, groups, lanes, 0);
    } else {
      float[] pairs = shift(w) == 1 ? scales : eachTwice(scales, rows * groups, scratch);
      NarrowAffine4Dot.whole(packed, at, rows, vectors, y, from, pairs, 0, vectors / 2, lanes, 0);
    }
  }

  /** The scales of groups of four vectors as those of two groups of two. */
  private static float[] eachTwice(float[] scales, int count, Scratch scratch) {
    scratch.band = grown(scratch.band, 2 * count);
    for (int i = 0; i < count; i++) {
      scratch.band[2 * i] = scales[i];
      scratch.band[2 * i + 1] = scales[i];
    }
    return scratch.band;
  }

  /** Rows t and t + 1 of x. */
  private void twice(Weight.Affine w, int row, int rows, int t, Scratch scratch) {
    float[] y = planes(w).planes();
    long at = row * w.rowBytes();
    int vectors = vectors(w);
    int x0 = t * w.in();
    int x1 = x0 + w.in();
    float[] scales = scratch.scales;
    float[] lanes = scratch.lanes;
    int next = V * rows;
    if (w.bits() == 8) {
      Affine8Dot.wholeTwice(
          w.packed(), at, rows, vectors, y, x0, x1, scales, 0, w.groups(), shift(w), lanes, 0, next);
    } else if (groupWords(w) < V) {
      Affine4Dot.spreadTwice(w.packed(), at, rows, vectors, y, x0, x1, scales, 0, w.groups(), lanes, 0, next);
    } else {
      Affine4Dot.wholeTwice(
          w.packed(), at, rows, vectors, y, x0, x1, scales, 0, w.groups(), shift(w), lanes, 0, next);
    }
  }

  private void micro(Mat out, Weight.MicroScaled w, int row, int rows, Scratch scratch) {
    float[] y = planes(w).planes();
    float[] lanes = scratch.lanes;
    long at = row * w.rowBytes();
    int vectors = vectors(w);
    for (int t = 0; t < out.rows(); t++) {
      int from = t * w.in();
      RowLanes.clear(lanes, 0, rows);
      if (w.bits() == 8) {
        MicroE4m3Dot.dot(w.packed(), at, rows, vectors, y, from, scratch.scales, 0, w.groups(), shift(w), lanes, 0);
      } else {
        MicroE2m1Dot.dot(
            w.packed(), at, rows, vectors, y, from, scratch.scales, 0, w.groups(), groupWords(w), lanes, 0);
      }
      RowLanes.add(lanes, 0, rows, out.data(), t * out.cols() + row);
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

  /** Words of a row, in vectors. */
  private static int vectors(Weight.Packed w) {
    return w.in() * w.bits() / 32 / V;
  }

  private static int groupWords(Weight.Packed w) {
    return w.groupSize() * w.bits() / 32;
  }

  /** Of the number of vectors of a group. */
  private static int shift(Weight.Packed w) {
    return Integer.numberOfTrailingZeros(Math.max(groupWords(w) / V, 1));
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
