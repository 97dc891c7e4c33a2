package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;

/**
 * Matrix products of the {@link Regime#GENERATE} regime: each row of weights comes from memory once, and meets every
 * row of activations while it is in the cache. Most formats are unpacked in registers, most of them two rows at once;
 * the others are widened to a row of floats first. Which, depends on the format and the length of a row.
 */
final class GenerateRows {

  /** Rows whose scales are widened at once. */
  private static final int MAX_ROWS = 64;

  private static final int SCALES = 2048;

  /** Bytes from which two rows are read far apart: the processor's prefetcher then follows both (SPEED.md). */
  private static final int LONG_ROW = 512;

  private static final int LANES = Lanes.ROW.length();

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
    int groups = w.weight() instanceof Weight.Packed packed ? packed.groups() : 1;
    int step = Math.clamp(SCALES / groups, 1, MAX_ROWS);
    for (int row = from; row < to; row += step) {
      int rows = Math.min(step, to - row);
      if (w.weight() instanceof Weight.Packed packed) {
        Widening.groups(packed, row, rows, scratch);
      }
      if (inRegisters(w.weight(), x.rows())) {
        pairs(out, x, w.weight(), row, rows, scratch);
      } else {
        widened(out, x, w.weight(), row, rows, scratch);
      }
      if (w.bias() != null) {
        addBias(out, w.bias(), row, rows);
      }
    }
  }

  private boolean inRegisters(Weight weight, int rowsOfX) {
    return switch (weight) {
      // the numbers are those of a widened row, which several rows of x can share
      case Weight.Dense dense -> rowsOfX == 1 && dense.dtype() != DType.F16;
      case Weight.Affine affine -> planes(affine) != null || LANES == 8 && affine.bits() < 8;
      case Weight.MicroScaled micro -> planes(micro) != null;
    };
  }

  private void pairs(Mat out, Mat x, Weight weight, int row, int rows, Scratch scratch) {
    int half = (rows + 1) / 2;
    boolean neighbours = rowBytes(weight) < LONG_ROW;
    for (int i = 0; i < half; i++) {
      int first = neighbours ? 2 * i : i;
      int second = Math.min(neighbours ? first + 1 : first + half, rows - 1); // an odd last row goes with itself
      for (int t = 0; t < out.rows(); t++) {
        switch (weight) {
          case Weight.Dense dense -> pair(dense, row + first, row + second, x, out, t);
          case Weight.Affine affine -> pair(affine, row, first, second, x, scratch, out, t);
          case Weight.MicroScaled micro -> pair(micro, row, first, second, scratch, out, t);
        }
      }
    }
  }

  private static long rowBytes(Weight weight) {
    return switch (weight) {
      case Weight.Dense dense -> (long) dense.in() * dense.dtype().bytes();
      case Weight.Packed packed -> packed.rowBytes();
    };
  }

  private static void pair(Weight.Dense w, int r0, int r1, Mat x, Mat out, int t) {
    int in = w.in();
    int to = t * out.cols();
    long at0 = r0 * rowBytes(w);
    long at1 = r1 * rowBytes(w);
    if (w.dtype() == DType.F32) {
      DenseDot.f32(w.data(), at0, at1, x.data(), t * in, in, out.data(), to + r0, to + r1);
    } else {
      DenseDot.bf16(w.data(), at0, at1, x.data(), t * in, in, out.data(), to + r0, to + r1);
    }
  }

  private void pair(Weight.Affine w, int row, int r0, int r1, Mat x, Scratch scratch, Mat out, int t) {
    WordPlanes planes = planes(w);
    if (planes == null) {
      row(w, row, r0, x, scratch, out, t);
      row(w, row, r1, x, scratch, out, t);
      return;
    }
    int words = w.groupSize() * w.bits() / 32; // of a group
    int vectors = w.in() * w.bits() / 32 / LANES;
    int shift = Integer.numberOfTrailingZeros(Math.max(words / LANES, 1));
    MemorySegment codes = w.packed();
    long at0 = (row + r0) * w.rowBytes();
    long at1 = (row + r1) * w.rowBytes();
    int g0 = r0 * w.groups();
    int g1 = r1 * w.groups();
    float[] y = planes.planes();
    int at = t * w.in();
    float[] scales = scratch.scales;
    float[] biases = scratch.biases;
    int stride = GroupSums.stride(w.groups());
    float[] s = sums.of(w.groupSize());
    int sum = t * stride;
    int out0 = t * out.cols() + row + r0;
    int out1 = t * out.cols() + row + r1;
    if (w.bits() == 8) {
      Affine8Dot.whole(codes, at0, at1, vectors, y, at, scales, biases, g0, g1, shift,
          s, sum, stride / LANES, out.data(), out0, out1);
    } else if (words < LANES) {
      Affine4Dot.spread(codes, at0, at1, vectors, y, at, scales, biases, g0, g1,
          s, sum, stride / LANES, out.data(), out0, out1);
    } else {
      Affine4Dot.whole(codes, at0, at1, vectors, y, at, scales, biases, g0, g1, shift,
          s, sum, stride / LANES, out.data(), out0, out1);
    }
  }

  private void row(Weight.Affine w, int row, int r, Mat x, Scratch scratch, Mat out, int t) {
    int blocks = w.in() / Widening.BLOCK;
    int shift = Integer.numberOfTrailingZeros(w.groupSize() / Widening.BLOCK);
    long at = (row + r) * w.rowBytes();
    int group = r * w.groups();
    int stride = GroupSums.stride(w.groups());
    float[] s = sums.of(w.groupSize());
    int to = t * out.cols() + row + r;
    if (w.bits() > 4) {
      AffineBitsDot.twoWords(w.packed(), at, w.bits(), blocks, x.data(), t * w.in(), scratch.scales, scratch.biases,
          group, shift, s, t * stride, stride / LANES, out.data(), to);
    } else {
      AffineBitsDot.oneWord(w.packed(), at, w.bits(), blocks, x.data(), t * w.in(), scratch.scales, scratch.biases,
          group, shift, s, t * stride, stride / LANES, out.data(), to);
    }
  }

  private void pair(Weight.MicroScaled w, int row, int r0, int r1, Scratch scratch, Mat out, int t) {
    int words = w.groupSize() * w.bits() / 32; // of a group
    int vectors = w.in() * w.bits() / 32 / LANES;
    MemorySegment codes = w.packed();
    long at0 = (row + r0) * w.rowBytes();
    long at1 = (row + r1) * w.rowBytes();
    int g0 = r0 * w.groups();
    int g1 = r1 * w.groups();
    float[] y = planes(w).planes();
    int at = t * w.in();
    int out0 = t * out.cols() + row + r0;
    int out1 = t * out.cols() + row + r1;
    if (w.bits() == 8) {
      int shift = Integer.numberOfTrailingZeros(words / LANES);
      MicroE4m3Dot.dot(codes, at0, at1, vectors, y, at, scratch.scales, g0, g1, shift, out.data(), out0, out1);
      if (MicroE4m3Dot.hasNan(codes, at0, vectors)) {
        out.data()[out0] = Float.NaN;
      }
      if (MicroE4m3Dot.hasNan(codes, at1, vectors)) {
        out.data()[out1] = Float.NaN;
      }
    } else {
      MicroE2m1Dot.dot(codes, at0, at1, vectors, y, at, scratch.scales, g0, g1, words, out.data(), out0, out1);
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
      for (int t = 0; t < x.rows(); t++) {
        float dot = FloatDot.dot(scratch.band, 0, x.data(), t * inputs, inputs);
        out.data()[t * out.cols() + row + r] = dot;
      }
    }
  }
}
