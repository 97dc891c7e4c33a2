package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Matrix products of the prompt regime while the vector code is not compiled yet, in plain loops that the JIT compiles
 * at once and turns into vector code by itself. The numbers are those of {@link PromptRows}: one chain of fused
 * multiply-adds over k for each output. A band of weights is widened so that its rows lie side by side, [k][row].
 *
 * <p>The JIT vectorizes a loop only if it can tell what overlaps: so each k and each token has an array of its own, and
 * all are indexed alike.
 */
final class ColdRows {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(Lanes.ORDER);

  /** Inputs of a dense weight that are widened together; of a quantized one it is a group. */
  private static final int DEPTH = 32;

  private final int[][] words; // of each worker from here: a band's packed words, [row, word]
  private final int[][] column; // one word of each row
  private final float[][] scale; // one group's scale of each row
  private final float[][] bias;
  private final float[][] widened; // a row's inputs on their way into the band
  private final float[][][] band; // [k][row]
  private final float[][][] sums; // [t][row], an even number of t

  ColdRows(int workers) {
    words = new int[workers][0];
    column = new int[workers][0];
    scale = new float[workers][0];
    bias = new float[workers][0];
    widened = new float[workers][0];
    band = new float[workers][0][];
    sums = new float[workers][0][];
  }

  /** Columns [from, to) of out[T,N]: rows of the weight. */
  void run(Mat out, Mat x, Linear w, int from, int to, int worker, Scratch scratch) {
    int width = to - from;
    int depth = w.weight() instanceof Weight.Packed packed ? packed.groupSize() : DEPTH;
    prepare(x.rows(), depth, width, worker);
    load(w.weight(), from, width, worker, scratch);
    for (int k = 0; k < x.cols(); k += depth) {
      int count = Math.min(depth, x.cols() - k);
      widen(w.weight(), from, width, k, count, worker, scratch);
      accumulate(sums[worker], band[worker], width, x, k, count);
    }
    store(out, w, from, width, worker);
  }

  private void prepare(int rows, int depth, int width, int worker) {
    band[worker] = matrix(band[worker], depth, width);
    int even = rows + rows % 2;
    sums[worker] = matrix(sums[worker], even, width);
    for (int t = 0; t < even; t++) {
      Arrays.fill(sums[worker][t], 0, width, 0);
    }
    if (column[worker].length < width) {
      column[worker] = new int[width];
    }
    scale[worker] = grown(scale[worker], width);
    bias[worker] = grown(bias[worker], width);
    widened[worker] = grown(widened[worker], depth);
  }

  private static float[][] matrix(float[][] old, int rows, int width) {
    return old.length >= rows && old[0].length >= width ? old : new float[rows][width];
  }

  private void load(Weight weight, int from, int width, int worker, Scratch scratch) {
    switch (weight) {
      case Weight.Dense _ -> { }
      case Weight.Affine affine -> Widening.groups(affine, from, width, scratch);
      case Weight.MicroScaled micro -> groups(micro, from, width, scratch);
    }
    if (weight instanceof Weight.Packed packed && wordsAreWhole(packed)) {
      int count = (int) (width * packed.rowBytes() / 4);
      if (words[worker].length < count) {
        words[worker] = new int[count];
      }
      MemorySegment.copy(packed.packed(), INT, from * packed.rowBytes(), words[worker], 0, count);
    }
  }

  /** What {@link MicroWidening#groups} does, looked up. */
  private static void groups(Weight.MicroScaled weight, int from, int width, Scratch scratch) {
    float[] meaning = SmallFloats.scales(weight.packing());
    int count = width * weight.groups();
    long first = (long) from * weight.groups();
    scratch.scales = grown(scratch.scales, count);
    for (int i = 0; i < count; i++) {
      scratch.scales[i] = meaning[Byte.toUnsignedInt(weight.scales().get(ValueLayout.JAVA_BYTE, first + i))];
    }
  }

  /** Whether no code lies in two words. */
  private static boolean wordsAreWhole(Weight.Packed weight) {
    return 32 % weight.bits() == 0;
  }

  /** Inputs [k, k + count) of the band's rows. */
  private void widen(Weight weight, int from, int width, int k, int count, int worker, Scratch scratch) {
    if (weight instanceof Weight.Packed packed && wordsAreWhole(packed)) {
      unpack(packed, width, k, worker, scratch);
      return;
    }
    float[] row = widened[worker];
    for (int n = 0; n < width; n++) {
      Widening.row(weight, from + n, n, k, count, row, 0, scratch);
      for (int i = 0; i < count; i++) {
        band[worker][i][n] = row[i];
      }
    }
  }

  private void unpack(Weight.Packed weight, int width, int k, int worker, Scratch scratch) {
    int group = k / weight.groupSize();
    pick(scratch.scales, group, weight.groups(), scale[worker], width);
    if (weight instanceof Weight.Affine) {
      pick(scratch.biases, group, weight.groups(), bias[worker], width);
    }
    int codes = 32 / weight.bits();
    int wordsOfRow = weight.in() / codes;
    int mask = (1 << weight.bits()) - 1;
    for (int i = 0; i < weight.groupSize(); i++) {
      if (i % codes == 0) {
        pick(words[worker], (k + i) / codes, wordsOfRow, column[worker], width);
      }
      int shift = i % codes * weight.bits();
      float[] to = band[worker][i];
      switch (weight) {
        case Weight.Affine _ -> unpack(column[worker], shift, mask, scale[worker], bias[worker], to, width);
        case Weight.MicroScaled micro ->
            lookUp(column[worker], shift, mask, SmallFloats.elements(micro.packing()), scale[worker], to, width);
      }
    }
  }

  private static void pick(float[] from, int at, int step, float[] to, int count) {
    for (int n = 0; n < count; n++) {
      to[n] = from[at + n * step];
    }
  }

  private static void pick(int[] from, int at, int step, int[] to, int count) {
    for (int n = 0; n < count; n++) {
      to[n] = from[at + n * step];
    }
  }

  private static void unpack(
      int[] words, int shift, int mask, float[] scale, float[] bias, float[] to, int count) {
    for (int n = 0; n < count; n++) {
      to[n] = Math.fma((float) (words[n] >>> shift & mask), scale[n], bias[n]);
    }
  }

  private static void lookUp(
      int[] words, int shift, int mask, float[] elements, float[] scale, float[] to, int count) {
    for (int n = 0; n < count; n++) {
      to[n] = elements[words[n] >>> shift & mask] * scale[n];
    }
  }

  /** Four inputs of two tokens at a time: what is read of the band then serves both. */
  private static void accumulate(float[][] sums, float[][] band, int width, Mat x, int from, int count) {
    int whole = count / 4 * 4;
    for (int k = 0; k < whole; k += 4) {
      for (int t = 0; t < x.rows(); t += 2) {
        int x0 = t * x.cols() + from + k;
        int x1 = Math.min(t + 1, x.rows() - 1) * x.cols() + from + k; // an odd last token has a twin that is not stored
        four(sums[t], sums[t + 1], band[k], band[k + 1], band[k + 2], band[k + 3], width, x.data(), x0, x1);
      }
    }
    for (int k = whole; k < count; k++) {
      for (int t = 0; t < x.rows(); t++) {
        one(sums[t], band[k], width, x.data()[t * x.cols() + from + k]);
      }
    }
  }

  private static void four(
      float[] sum, float[] twin, float[] w0, float[] w1, float[] w2, float[] w3, int width, float[] x, int at, int to) {
    float x0 = x[at];
    float x1 = x[at + 1];
    float x2 = x[at + 2];
    float x3 = x[at + 3];
    float y0 = x[to];
    float y1 = x[to + 1];
    float y2 = x[to + 2];
    float y3 = x[to + 3];
    for (int n = 0; n < width; n++) {
      float a = w0[n]; // read once: for all the JIT knows, storing a sum changes a weight
      float b = w1[n];
      float c = w2[n];
      float d = w3[n];
      sum[n] = Math.fma(x3, d, Math.fma(x2, c, Math.fma(x1, b, Math.fma(x0, a, sum[n]))));
      twin[n] = Math.fma(y3, d, Math.fma(y2, c, Math.fma(y1, b, Math.fma(y0, a, twin[n]))));
    }
  }

  private static void one(float[] sums, float[] w, int width, float x) {
    for (int n = 0; n < width; n++) {
      sums[n] = Math.fma(x, w[n], sums[n]);
    }
  }

  private void store(Mat out, Linear w, int from, int width, int worker) {
    for (int t = 0; t < out.rows(); t++) {
      int to = t * out.cols() + from;
      System.arraycopy(sums[worker][t], 0, out.data(), to, width);
      for (int n = 0; w.bias() != null && n < width; n++) {
        out.data()[to + n] += w.bias()[from + n];
      }
    }
  }
}
