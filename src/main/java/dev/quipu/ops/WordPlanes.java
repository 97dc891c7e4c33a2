package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Activations in the order in which packed words give their codes away. A word of 32 bits holds 32 / bits codes. A vector
 * of words, masked in place, gives code j of each word, times {@code 2^(bits·j)}; plane j holds the activations that meet
 * them, divided by that power of two (exactly). The highest code is shifted down instead, past the sign.
 *
 * <p>With them go the sums of each group, for the biases: Σ (s·q + b)·x = s·Σ q·x + b·Σ x.
 */
final class WordPlanes {

  private static final int SMALLEST_GROUP = 32;
  private static final int MAX_SIZES = 3; // 32, 64, 128

  private final int bits;
  private final int codes; // in a word
  private final float[] factors;
  private Mat source; // whose planes these are, within one call
  private final float[][] sums = new float[MAX_SIZES][0]; // of each group size: [T, sumStride]
  private final boolean[] summed = new boolean[MAX_SIZES];
  private float[] planes = new float[0]; // [T, K], each run of V · codes activations turned into [codes, V]

  WordPlanes(int bits) {
    this.bits = bits;
    this.codes = 32 / bits;
    this.factors = new float[codes];
    for (int j = 0; j < codes; j++) {
      factors[j] = j == codes - 1 ? 1 : Math.scalb(1f, -bits * j);
    }
  }

  /** Whether rows of this many inputs are whole vectors of words. */
  boolean fits(int inputs) {
    return inputs % (codes * Lanes.ROW.length()) == 0;
  }

  /** Forgets: the next call has other activations, maybe in the same array. */
  void clear() {
    source = null;
  }

  void prepare(Mat x, int groupSize) {
    int length = x.rows() * x.cols();
    if (source != x) {
      source = x;
      Arrays.fill(summed, false);
      planes = grown(planes, length);
      turn(x.data(), length);
    }
    int size = size(groupSize);
    if (!summed[size]) {
      summed[size] = true;
      int stride = sumStride(x.cols() / groupSize);
      sums[size] = grown(sums[size], x.rows() * stride);
      for (int t = 0; t < x.rows(); t++) {
        addUp(x.data(), t * x.cols(), groupSize, x.cols() / groupSize, sums[size], t * stride, stride);
      }
    }
  }

  float[] planes() {
    return planes;
  }

  /** Sums of each group of x, [T, {@link #sumStride}], zeros at the end. */
  float[] sums(int groupSize) {
    return sums[size(groupSize)];
  }

  /** Groups of a row, filled up to whole vectors. */
  static int sumStride(int groups) {
    return Math.ceilDiv(groups, Lanes.ROW.length()) * Lanes.ROW.length();
  }

  private static int size(int groupSize) {
    return Integer.numberOfTrailingZeros(groupSize / SMALLEST_GROUP);
  }

  private void turn(float[] x, int length) {
    int lanes = Lanes.ROW.length();
    int run = lanes * codes;
    for (int from = 0; from < length; from += run) {
      for (int j = 0; j < codes; j++) {
        float factor = factors[j];
        for (int lane = 0; lane < lanes; lane++) {
          planes[from + j * lanes + lane] = x[from + lane * codes + j] * factor;
        }
      }
    }
  }

  private static void addUp(float[] x, int at, int groupSize, int groups, float[] sums, int to, int stride) {
    for (int g = 0; g < groups; g++) {
      float a = 0;
      float b = 0;
      for (int i = at + g * groupSize; i < at + (g + 1) * groupSize; i += 2) {
        a += x[i];
        b += x[i + 1];
      }
      sums[to + g] = a + b;
    }
    Arrays.fill(sums, to + groups, to + stride, 0);
  }
}
