package dev.quipu.sample;


/**
 * From logits to log-probabilities, what is cut away from them, and the draw from what is left. Pure functions on the
 * first {@code n} elements of an array; a dropped token's log-probability becomes −∞, and nothing is renormalized in
 * between. Knows neither the filters' order ({@link FilteredSampler}) nor the ranges of their parameters
 * ({@link SamplerSettings}).
 *
 * <p>All sums are float32, one after the other, and {@link #exp} is MLX's: with more precise ones a seed would give
 * other tokens. Source: {@code mlx_lm/sample_utils.py}, {@code mlx/random.cpp}.
 */
public final class Filters {

  private static final float LOG2_E = 1.442695f;
  /** A small float added to it is rounded to a whole number, which the lowest bits hold. */
  private static final float SHIFT = 0x1.8p23f;

  private Filters() {}

  /** out[i] = logits[offset + i] − log Σ exp(logits), i &lt; n; all NaN if a logit is NaN or +∞, or all are −∞. */
  public static void logProbabilities(float[] out, float[] logits, int offset, int n) {
    float logSumExp = logSumExp(logits, offset, n);
    for (int i = 0; i < n; i++) {
      out[i] = logits[offset + i] - logSumExp;
    }
  }

  private static float logSumExp(float[] logits, int offset, int n) {
    float max = max(logits, offset, n);
    float sum = 0;
    for (int i = 0; i < n; i++) {
      sum += exp(logits[offset + i] - max);
    }
    return (float) Math.log(sum) + max;
  }

  /**
   * Keeps the most likely tokens until their mass reaches {@code p} of the total; tokens as likely as the last one kept
   * stay too.
   *
   * @param scratch at least n
   */
  static void topP(float[] lp, int n, float p, float[] scratch, RadixSort sort) {
    // Probabilities under 2^-26 cannot move a float32 sum that has reached 1/2, so they need no sorting.
    float negligible = -18;
    int from = sortedAbove(lp, n, negligible, scratch, sort);
    float total = mass(scratch, from, n);
    if (!(total >= 0.5f)) {
      from = sortedAbove(lp, n, Float.NEGATIVE_INFINITY, scratch, sort);
      total = mass(scratch, from, n);
    }
    dropBelow(lp, n, smallestKept(scratch, from, n, p * total));
  }

  /**
   * Drops every token whose probability is below {@code p} times the largest one; the {@code atLeast} most likely stay.
   *
   * @param scratch at least atLeast
   */
  public static void minP(float[] lp, int n, double p, int atLeast, float[] scratch) {
    float threshold = max(lp, 0, n) + (float) Math.log(p);
    int kept = 0;
    for (int i = 0; i < n; i++) {
      kept += lp[i] >= threshold ? 1 : 0;
    }
    if (kept < atLeast) {
      topK(lp, n, atLeast, scratch);
    } else {
      dropBelow(lp, n, threshold);
    }
  }

  /**
   * Excludes top choices: of the tokens that are more likely than the threshold, all but the least likely are dropped,
   * save special ones. Whether to do so at all is the caller's draw.
   *
   * @param special ids that are never dropped
   * @param scratch at least n
   */
  public static void xtc(float[] lp, int n, float threshold, int[] special, float[] scratch) {
    softmax(scratch, lp, n);
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (scratch[i] > threshold && scratch[i] < least) {
        least = scratch[i];
      }
    }
    for (int id : special) {
      scratch[id] = 0;
    }
    for (int i = 0; i < n; i++) {
      if (scratch[i] > least) {
        lp[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /**
   * Keeps the k most likely tokens; of equals the lower ids, where MLX leaves the choice open.
   *
   * @param k       1 … n
   * @param scratch at least k
   */
  public static void topK(float[] lp, int n, int k, float[] scratch) {
    float least = kthLargest(lp, n, k, scratch);
    int room = k;   // for tokens equal to the least one kept
    for (int i = 0; i < n; i++) {
      room -= lp[i] > least ? 1 : 0;
    }
    for (int i = 0; i < n; i++) {
      if (lp[i] < least || lp[i] == least && --room < 0) {
        lp[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** The id of the largest element, the lowest of equals; −1 if there is none above −∞. */
  public static int argmax(float[] x, int offset, int n) {
    int best = -1;
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (x[offset + i] > max) {
        max = x[offset + i];
        best = i;
      }
    }
    return best;
  }

  /**
   * Draws a token from softmax(lp / temperature) by its cumulative distribution in the order of the ids, as mlx does
   * for one row since 0.32.1.
   *
   * @param temperature above 0
   * @param u           uniform in [0, 1)
   * @param scratch     at least n
   * @return the id; a dropped token is never drawn
   */
  public static int draw(float[] lp, int n, double temperature, float u, float[] scratch) {
    float inverse = (float) (1 / temperature);
    float max = max(lp, 0, n) * inverse;
    float total = 0;
    for (int i = 0; i < n; i++) {
      scratch[i] = 0;
      if (lp[i] != Float.NEGATIVE_INFINITY) { // most are dropped, most often
        scratch[i] = exp(lp[i] * inverse - max);
        total += scratch[i];
      }
    }
    return lastAtOrBelow(scratch, n, u * total);
  }

  /** out = softmax(lp / temperature): the chances that {@link #draw} gives each token, summed in double. */
  static void probabilities(float[] out, float[] lp, int n, double temperature) {
    float inverse = (float) (1 / temperature);
    float max = max(lp, 0, n) * inverse;
    double total = 0;
    for (int i = 0; i < n; i++) {
      out[i] = lp[i] == Float.NEGATIVE_INFINITY ? 0 : exp(lp[i] * inverse - max);
      total += out[i];
    }
    for (int i = 0; i < n; i++) {
      out[i] = (float) (out[i] / total);
    }
  }

  /**
   * MLX's exp on a CPU: 2^(x·log₂e) by a polynomial of degree 6, the constants of Cephes. Its last bits differ from
   * {@link Math#exp}.
   */
  static float exp(float x) {
    if (!(x >= -88)) {
      return x < -88 ? 0 : x;
    }
    if (x > 88) {
      return Float.POSITIVE_INFINITY;
    }
    float log2 = x * LOG2_E;
    float shifted = log2 + SHIFT;
    if (log2 - (shifted - SHIFT) == 0.5f) {
      shifted++; // halves go up, and not to the even side
    }
    float whole = shifted - SHIFT;
    float part = log2 - whole;
    float y = 1.535336188319500e-4f;
    y = Math.fma(y, part, 1.339887440266574e-3f);
    y = Math.fma(y, part, 9.618437357674640e-3f);
    y = Math.fma(y, part, 5.550332471162809e-2f);
    y = Math.fma(y, part, 2.402264791363012e-1f);
    y = Math.fma(y, part, 6.931472028550421e-1f);
    y = Math.fma(y, part, 1f);
    int exponent = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(SHIFT);
    return Float.intBitsToFloat(exponent + 127 << 23) * y;
  }

  // cdf[i] is the sum before i; the token drawn is the last one with cdf ≤ target. A dropped token, of weight 0, never
  // is (MLX may draw the last id when u·total rounds up to the total).
  private static int lastAtOrBelow(float[] weights, int n, float target) {
    float cdf = 0;
    int last = -1;
    for (int i = 0; i < n && cdf <= target; i++) {
      if (weights[i] > 0) {
        last = i;
        cdf += weights[i];
      }
    }
    return last;
  }

  /** Sorts the elements above a bound into scratch[from … n), ascending; returns from. */
  private static int sortedAbove(float[] lp, int n, float bound, float[] scratch, RadixSort sort) {
    int from = n;
    for (int i = 0; i < n; i++) {
      if (lp[i] > bound) {
        scratch[--from] = lp[i];
      }
    }
    sort.ascending(scratch, from, n);
    return from;
  }

  private static float mass(float[] sorted, int from, int n) {
    float mass = 0;
    for (int i = n - 1; i >= from; i--) {
      mass += exp(sorted[i]);
    }
    return mass;
  }

  private static float smallestKept(float[] sorted, int from, int n, float wanted) {
    float massAbove = 0;
    int i = n;
    while (i > from && massAbove < wanted) {
      massAbove += exp(sorted[--i]);
    }
    return sorted[i];
  }

  private static void dropBelow(float[] lp, int n, float threshold) {
    for (int i = 0; i < n; i++) {
      if (lp[i] < threshold) {
        lp[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static void softmax(float[] out, float[] lp, int n) {
    float max = max(lp, 0, n);
    float sum = 0;
    for (int i = 0; i < n; i++) {
      out[i] = exp(lp[i] - max);
      sum += out[i];
    }
    float inverse = 1 / sum;
    for (int i = 0; i < n; i++) {
      out[i] *= inverse;
    }
  }

  /** The root of a heap of the k largest elements seen. */
  private static float kthLargest(float[] lp, int n, int k, float[] heap) {
    System.arraycopy(lp, 0, heap, 0, k);
    for (int i = k / 2 - 1; i >= 0; i--) {
      siftDown(heap, k, i);
    }
    for (int i = k; i < n; i++) {
      if (lp[i] > heap[0]) {
        heap[0] = lp[i];
        siftDown(heap, k, 0);
      }
    }
    return heap[0];
  }

  private static void siftDown(float[] heap, int size, int start) {
    float value = heap[start];
    int parent = start;
    for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= value) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = value;
  }

  private static float max(float[] x, int offset, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (max < x[offset + i]) { // a guess that is nearly always right; Math.max waits for the one before
        max = x[offset + i];
      }
    }
    return max;
  }
}
