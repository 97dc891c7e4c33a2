package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Sums of each group of activations, for the biases: Σ (s·q + b)·x = s·Σ q·x + b·Σ x. Of each group size once a call,
 * however many projections ask.
 */
final class GroupSums {

  private static final int SMALLEST_GROUP = 32;
  private static final int SIZES = 3; // 32, 64, 128

  private final float[][] sums = new float[SIZES][0]; // of each group size: [T, stride]
  private final boolean[] done = new boolean[SIZES];

  /** Forgets: the next call has other activations, maybe in the same array. */
  void clear() {
    Arrays.fill(done, false);
  }

  void prepare(Mat x, int groupSize) {
    int size = size(groupSize);
    if (!done[size]) {
      done[size] = true;
      int stride = stride(x.cols() / groupSize);
      sums[size] = grown(sums[size], x.rows() * stride);
      for (int t = 0; t < x.rows(); t++) {
        addUp(x.data(), t * x.cols(), groupSize, x.cols() / groupSize, sums[size], t * stride, stride);
      }
    }
  }

  /** [T, {@link #stride}], zeros at the end of each row. */
  float[] of(int groupSize) {
    return sums[size(groupSize)];
  }

  /** Groups of a row, filled up to whole vectors. */
  static int stride(int groups) {
    return Math.ceilDiv(groups, Lanes.ROW.length()) * Lanes.ROW.length();
  }

  private static int size(int groupSize) {
    return Integer.numberOfTrailingZeros(groupSize / SMALLEST_GROUP);
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
