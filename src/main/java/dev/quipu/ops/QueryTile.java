package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Attention of some queries that read the same key/value head, one block of the cache at a time (FlashAttention, Dao et
 * al. 2022): of each query the mix of the block's values, weighted by e^(score − max), with its max and the sum of its
 * weights; blocks are joined in the order of positions. A query's numbers depend on its position alone, not on the
 * queries beside it. Knows no threads.
 *
 * <p>A <i>part</i> is what one block, or several joined, gave: a row a query, each {@link #partWidth} floats: the mix,
 * the max, the sum of weights.
 */
final class QueryTile {

  /** Queries of a tile, a multiple of {@link AttentionTile#ROWS}. */
  static final int MAX = 48;

  private static final int STRIP = KvCache.STRIP;

  private final Warmth warmth;
  private final QuerySpan span = new QuerySpan();
  private final CacheStrips strips;
  private AttentionShape shape;
  private KvCache cache;
  private int kvHead;
  private int count;
  private float[] queries = new float[0]; // [count, hd]
  private float[] scores = new float[0]; // [count, BLOCK]

  QueryTile(Warmth warmth) {
    this.warmth = warmth;
    this.strips = new CacheStrips(warmth);
  }

  /** Floats of a query in a part. */
  static int partWidth(KvCache cache) {
    return cache.channels() + 2;
  }

  /** Rows of a part of so many queries: whole tiles. */
  static int partRows(int queries) {
    return Math.ceilDiv(queries, AttentionTile.ROWS) * AttentionTile.ROWS;
  }

  /** Takes the queries of a span ({@link QuerySpan#set}) from q, whose row {@code row} is that of token 0. */
  void load(Mat q, int row, KvCache cache, AttentionShape shape, int kvHead, int first, int count, int position) {
    this.shape = shape;
    this.cache = cache;
    this.kvHead = kvHead;
    this.count = count;
    span.set(cache, shape, kvHead, first, count, position);
    strips.set(cache, kvHead);
    int headDim = shape.headDim();
    queries = grown(queries, partRows(count) * headDim);
    scores = grown(scores, partRows(count) * KvCache.BLOCK);
    for (int i = 0; i < count; i++) {
      System.arraycopy(q.data(), span.at(q, row, i), queries, i * headDim, headDim);
    }
    Arrays.fill(queries, count * headDim, partRows(count) * headDim, 0);
  }

  QuerySpan span() {
    return span;
  }

  /** The part that a block gives. */
  void attend(int block, float[] part, int at) {
    span.enter(block);
    int width = partWidth(cache);
    score(block, span.firstSlot(), span.endSlot());
    for (int i = 0; i < count; i++) {
      weigh(i, part, at + i * width + cache.channels());
    }
    mix(block, span.firstSlot(), span.end(), part, at, width);
  }

  /** scores = q · keys, for whole strips. */
  private void score(int block, int firstSlot, int endSlot) {
    int headDim = shape.headDim();
    int slot = firstSlot;
    for (; inPairs(cache.keys(block)) && slot + STRIP < endSlot; slot += 2 * STRIP) {
      int at = cache.keyStrip(kvHead, slot);
      multiplyPairs(queries, 0, headDim, headDim, (float[]) cache.keys(block), at, cache.keyStrip(kvHead, slot + STRIP),
          scores, slot, KvCache.BLOCK);
    }
    for (; slot < endSlot; slot += STRIP) {
      float[] keys = strips.keys(block, slot);
      int from = strips.keyStrip(keys, slot);
      for (int i = 0; i < count; i += AttentionTile.ROWS) {
        multiply(queries, i * headDim, headDim, headDim, keys, from, scores, i * KvCache.BLOCK + slot, KvCache.BLOCK);
      }
    }
  }

  /** Makes weights of a query's scores, e^(score − max) where it sees and 0 elsewhere; notes the max and their sum. */
  private void weigh(int i, float[] part, int at) {
    int row = i * KvCache.BLOCK;
    int begin = row + span.firstSlot();
    int end = row + span.endSlot();
    int kept = row + span.keptEnd(i);
    int window = row + span.windowBegin(i);
    int to = row + span.seenEnd(i);
    if (kept == begin && window == to) {
      Arrays.fill(scores, begin, end, 0);
      part[at] = Float.NEGATIVE_INFINITY;
      part[at + 1] = 0;
      return;
    }
    boolean cold = warmth.isCold();
    float scale = scaleLeft(begin, end, cold);
    Arrays.fill(scores, kept, window, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, to, end, Float.NEGATIVE_INFINITY);
    int seen = kept > begin ? begin : window;
    float max = scale * (cold ? Exponential.max(scores, seen, to) : Exponential.largest(scores, seen, to));
    part[at] = max;
    part[at + 1] = cold
        ? ColdLoops.shifted(scores, begin, end, scale, max)
        : Exponential.shifted(scores, begin, end, scale, max);
  }

  /**
   * Caps scores where the shape says so.
   *
   * @return what they are still to be multiplied by, above 0: the largest stays the largest
   */
  private float scaleLeft(int begin, int end, boolean cold) {
    if (shape.softcap() != 0) {
      if (cold) {
        SoftCap.cappedCold(scores, begin, end, shape.scale(), shape.softcap());
      } else {
        SoftCap.capped(scores, begin, end, shape.scale(), shape.softcap());
      }
      return 1;
    }
    if (shape.scale() > 0) {
      return shape.scale();
    }
    Pointwise.scale(scores, begin, end, shape.scale());
    return 1;
  }

  /** part = weights · values, for whole strips of channels. */
  private void mix(int block, int firstSlot, int endSlot, float[] part, int to, int width) {
    int depth = endSlot - firstSlot;
    int channel = 0;
    for (; inPairs(cache.values(block)) && channel + STRIP < cache.channels(); channel += 2 * STRIP) {
      int at = cache.valueStrip(kvHead, channel) + firstSlot * STRIP;
      int next = cache.valueStrip(kvHead, channel + STRIP) + firstSlot * STRIP;
      multiplyPairs(scores, firstSlot, KvCache.BLOCK, depth, (float[]) cache.values(block), at, next,
          part, to + channel, width);
    }
    for (; channel < cache.channels(); channel += STRIP) {
      float[] values = strips.values(block, channel, firstSlot, depth);
      int from = strips.valueStrip(values, channel, firstSlot);
      for (int i = 0; i < count; i += AttentionTile.ROWS) {
        multiply(scores, i * KvCache.BLOCK + firstSlot, KvCache.BLOCK, depth, values, from,
            part, to + i * width + channel, width);
      }
    }
  }

  /** Whether two strips are done at once: float32 as it lies, and more than a few queries. */
  private boolean inPairs(Object numbers) {
    return AttentionTile.PAIRS && count > AttentionTile.ROWS && numbers instanceof float[] && !warmth.isCold();
  }

  /** All queries, times the strips at {@code from} and {@code next}. */
  private void multiplyPairs(
      float[] a, int at, int stride, int depth, float[] b, int from, int next, float[] out, int to, int outStride) {
    for (int i = 0; i < count; i += AttentionTile.ROWS) {
      AttentionTile.multiplyPair(
          a, at + i * stride, stride, depth, b, from, next - from, out, to + i * outStride, outStride);
    }
  }

  private void multiply(
      float[] a, int at, int stride, int depth, float[] b, int from, float[] out, int to, int outStride) {
    if (warmth.isCold()) {
      AttentionTile.multiplyCold(a, at, stride, depth, b, from, out, to, outStride);
    } else {
      AttentionTile.multiply(a, at, stride, depth, b, from, out, to, outStride);
    }
  }

  /** Joins the part of the next block to that of the blocks before it. */
  void join(float[] part, int at, float[] next, int nextAt) {
    int channels = cache.channels();
    for (int i = 0; i < count; i++) {
      join(part, at + i * (channels + 2), next, nextAt + i * (channels + 2), channels);
    }
  }

  private static void join(float[] part, int at, float[] next, int nextAt, int channels) {
    float nextMax = next[nextAt + channels];
    if (nextMax == Float.NEGATIVE_INFINITY) {
      return; // sees nothing there
    }
    float max = Math.max(part[at + channels], nextMax);
    float a = ColdLoops.exp(part[at + channels] - max);
    float b = ColdLoops.exp(nextMax - max);
    for (int c = 0; c < channels; c++) {
      part[at + c] = part[at + c] * a + next[nextAt + c] * b;
    }
    part[at + channels] = max;
    part[at + channels + 1] = part[at + channels + 1] * a + next[nextAt + channels + 1] * b;
  }

  /** The queries' rows of out, from a part of all blocks. */
  void store(float[] part, int at, Mat out, int row) {
    int width = partWidth(cache);
    for (int i = 0; i < count; i++) {
      int from = at + i * width;
      int to = span.at(out, row, i);
      float sum = part[from + cache.channels() + 1];
      for (int c = 0; c < shape.headDim(); c++) {
        out.data()[to + c] = part[from + c] / sum;
      }
    }
  }
}
