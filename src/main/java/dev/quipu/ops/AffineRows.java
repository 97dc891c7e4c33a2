package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;
import static dev.quipu.ops.WordPlanes.groupWords;
import static dev.quipu.ops.WordPlanes.shift;
import static dev.quipu.ops.WordPlanes.vectors;

import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;

/**
 * Affine weights times rows of activations, unpacked in registers: which kernel takes which weight, by the format, the
 * length of a row and the width of this run's vectors. It is the same for every call, so are the numbers. Knows no
 * threads.
 */
final class AffineRows {

  /** Most lanes that a row of weights has, for all rows of activations that go together. */
  static final int MAX_LANES = 128;

  /** Rows of activations that go together over codes that were unpacked for all of them. */
  private static final int MAX_SHARING = 8;

  /** Inputs from which a kernel of its own is worth the second that it takes to become fast. */
  private static final int LONG = 1024;

  private static final int V = Lanes.ROW.length();

  private final WordPlanes planes4 = WordPlanes.ofMasked(4, V);
  private final WordPlanes planes8 = WordPlanes.ofMasked(8, V);
  private final WordPlanes wide4 = WordPlanes.ofMasked(4, WideAffine4Dot.V);
  private final WordPlanes wide8 = WordPlanes.ofMasked(8, WideAffine8Dot.V);
  private final GroupSums sums = new GroupSums();

  /** Before the first {@link #prepare} of a call. */
  void clear() {
    planes4.clear();
    planes8.clear();
    wide4.clear();
    wide8.clear();
    sums.clear();
  }

  /** Makes what every thread needs of the activations. */
  void prepare(Mat x, Weight.Affine w) {
    WordPlanes planes = planes(w);
    if (planes != null) {
      planes.prepare(x);
    }
    sums.prepare(x, w.groupSize());
  }

  /** Whether there is a kernel. */
  boolean takes(Weight.Affine w) {
    return planes(w) != null || V == 8 && w.bits() < 8;
  }

  /** What a kernel that masks whole words takes; null if the weight has none, or none for rows of this length. */
  private WordPlanes planes(Weight.Affine w) {
    if (w.bits() != 4 && w.bits() != 8) {
      return null;
    }
    if (wide(w)) {
      return w.bits() == 4 ? wide4 : wide8;
    }
    WordPlanes planes = w.bits() == 4 ? planes4 : planes8;
    return planes.fits(w.in()) ? planes : null;
  }

  /** out's columns [row, row + rows), whose scales and biases are in the scratch. */
  void run(Mat out, Mat x, Weight.Affine w, int row, int rows, Scratch scratch) {
    int most = planes(w) == null ? 1 : wide(w) ? MAX_SHARING : narrow(w) ? 4 : 2;
    int width = wide(w) ? WideAffine4Dot.V : V;
    int next = width * rows;
    int n; // rows of x at once: 1, 2, 4 or 8
    for (int t = 0; t < out.rows(); t += n) {
      n = Math.min(Integer.highestOneBit(out.rows() - t), most);
      for (int i = 0; i < n; i++) {
        biases(w, rows, t + i, next * i, width, scratch);
      }
      if (wide(w)) {
        wide(w, row, rows, t, n, scratch);
      } else if (narrow(w)) {
        narrow(w, row, rows, t, n, scratch);
      } else if (n == 2) {
        twice(w, row, rows, t, scratch);
      } else {
        once(w, row, rows, x, t, scratch);
      }
      for (int i = 0; i < n; i++) {
        RowLanes.add(scratch.lanes, next * i, rows, width, out.data(), (t + i) * out.cols() + row);
      }
    }
  }

  private void biases(Weight.Affine w, int rows, int t, int at, int width, Scratch scratch) {
    int stride = GroupSums.stride(w.groups());
    RowLanes.biases(
        scratch.biases, 0, w.groups(), rows, sums.of(w.groupSize()), t * stride, stride / V, scratch.lanes, at, width);
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
      Affine4Dot.spread(w.packed(), at, rows, vectors, y, from, scales, 0, w.groups(), lanes, 0, scratch.ahead);
    } else {
      Affine4Dot.whole(
          w.packed(), at, rows, vectors, y, from, scales, 0, w.groups(), shift(w), lanes, 0, scratch.ahead);
    }
  }

  /** Whether rows are long, and whole vectors of 512 bits, where there are such. */
  static boolean wide(Weight.Affine w) {
    return Lanes.WIDE.length() == WideAffine4Dot.V && (w.bits() == 4 || w.bits() == 8) && w.in() >= LONG
        && w.in() * w.bits() / 32 % WideAffine4Dot.V == 0;
  }

  /** Rows [t, t + n) of x. */
  private void wide(Weight.Affine w, int row, int rows, int t, int n, Scratch scratch) {
    MemorySegment packed = w.packed();
    long at = row * w.rowBytes();
    int vectors = w.in() * w.bits() / 32 / WideAffine4Dot.V;
    int groups = w.groups();
    int words = groupWords(w);
    float[] y = planes(w).planes();
    int x0 = t * w.in();
    float[] scales = scratch.scales;
    float[] lanes = scratch.lanes;
    if (n > 1) {
      share(w, at, rows, y, x0, n, scratch);
    } else if (w.bits() == 4) {
      WideAffine4Dot.once(packed, at, rows, vectors, y, x0, scales, 0, groups, words, lanes, 0);
    } else {
      WideAffine8Dot.once(packed, at, rows, vectors, y, x0, scales, 0, groups, words, lanes, 0);
    }
  }

  /** The first of n rows of x lies at {@code x0} of the planes. */
  private static void share(
      Weight.Affine w, long at, int rows, float[] planes, int x0, int n, Scratch scratch) {
    int inputs = 32 / w.bits() * WideAffine4Dot.V; // of a vector of words
    float[] codes = scratch.band = grown(scratch.band, rows * inputs);
    for (int i = 0; i < w.in() / inputs; i++) {
      long column = at + 4L * WideAffine4Dot.V * i;
      int scale = i * inputs / w.groupSize();
      if (w.bits() == 4) {
        WideCodes.unpack4(w.packed(), column, w.rowBytes(), rows, codes);
      } else {
        WideCodes.unpack8(w.packed(), column, w.rowBytes(), rows, codes);
      }
      for (int t = 0; t < n; t += 2) { // n is even
        int y = x0 + t * w.in() + i * inputs;
        int to = WideAffine4Dot.V * rows * t;
        int next = to + WideAffine4Dot.V * rows;
        if (w.bits() == 4) {
          WideCodes.multiply4(codes, rows, planes, y, y + w.in(), scratch.scales, scale, w.groups(), groupWords(w),
              scratch.lanes, to, next);
        } else {
          WideCodes.multiply8(codes, rows, planes, y, y + w.in(), scratch.scales, scale, w.groups(), groupWords(w),
              scratch.lanes, to, next);
        }
      }
    }
  }

  /** Whether there are kernels for vectors of 128 bits alone. */
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
}
