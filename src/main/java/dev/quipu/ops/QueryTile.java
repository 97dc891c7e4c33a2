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
  private AttentionShape shape;
  private KvCache cache;
  private int kvHead;
  private int first; // of the queries that read this head, counted token by token
  private int count;
  private int position; // of the first token
  private float[] queries = new float[0]; // [count, hd]
  private float[] scores = new float[0]; // [count, BLOCK]
  private float[] strip = new float[0]; // of 16-bit or packed keys or values, widened

  QueryTile(Warmth warmth) {
    this.warmth = warmth;
  }

  /** Floats of a query in a part. */
  static int partWidth(KvCache cache) {
    return cache.channels() + 2;
  }

  /** Rows of a part of so many queries: whole tiles. */
  static int partRows(int queries) {
    return Math.ceilDiv(queries, AttentionTile.ROWS) * AttentionTile.ROWS;
  }

  /**
   * Takes queries [first, first + count) of those that read a head: the heads of a group of token 0, those of token 1 …
   * of q from row {@code row} on, which has the position {@code position}.
   */
  void load(Mat q, int row, KvCache cache, AttentionShape shape, int kvHead, int first, int count, int position) {
    this.shape = shape;
    this.cache = cache;
    this.kvHead = kvHead;
    this.first = first;
    this.count = count;
    this.position = position;
    int headDim = shape.headDim();
    queries = grown(queries, partRows(count) * headDim);
    scores = grown(scores, partRows(count) * KvCache.BLOCK);
    strip = grown(strip, Math.max(KvCache.BLOCK, headDim) * STRIP);
    for (int i = 0; i < count; i++) {
      System.arraycopy(q.data(), at(q, row, i), queries, i * headDim, headDim);
    }
    Arrays.fill(queries, count * headDim, partRows(count) * headDim, 0);
  }

  /** Where the tile's ith query stands in q, and its result in a matrix of q's shape. */
  private int at(Mat q, int row, int i) {
    int group = shape.heads() / shape.kvHeads();
    int head = kvHead * group + (first + i) % group;
    return (row + token(i)) * q.cols() + head * shape.headDim();
  }

  /** The token, counted from the first of the call, that a query belongs to. */
  private int token(int i) {
    return (first + i) / (shape.heads() / shape.kvHeads());
  }

  /** How many blocks any of the queries sees: those of the first positions, where they are kept, and the window's. */
  int blocks() {
    int end = Math.ceilDiv(shape.endVisible(position + token(count - 1), cache.length()), KvCache.BLOCK);
    return keptBlocks() + end - windowBlock();
  }

  /** The ith of them. */
  int block(int i) {
    return i < keptBlocks() ? i : windowBlock() + i - keptBlocks();
  }

  private int windowBlock() {
    return shape.windowBegin(position + token(0)) / KvCache.BLOCK;
  }

  private int keptBlocks() {
    return Math.min(Math.ceilDiv(shape.keep(), KvCache.BLOCK), windowBlock());
  }

  /** The part that a block gives. */
  void attend(int block, float[] part, int at) {
    int begin = block * KvCache.BLOCK;
    int window = Math.max(shape.windowBegin(position + token(0)) - begin, 0);
    int end = window < KvCache.BLOCK ? shape.endVisible(position + token(count - 1), cache.length()) : shape.keep();
    int from = begin < shape.keep() ? 0 : window;
    int to = Math.min(end - begin, KvCache.BLOCK);
    int width = partWidth(cache);
    int firstSlot = from / STRIP * STRIP;
    int endSlot = Math.ceilDiv(to, STRIP) * STRIP;
    score(block, firstSlot, endSlot);
    for (int i = 0; i < count; i++) {
      weigh(i, begin, firstSlot, endSlot, part, at + i * width + cache.channels());
    }
    mix(block, firstSlot, to, part, at, width);
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
      int at = cache.keyStrip(kvHead, slot);
      float[] keys = keys(block, slot);
      int from = keys == strip ? 0 : at;
      for (int i = 0; i < count; i += AttentionTile.ROWS) {
        multiply(queries, i * headDim, headDim, headDim, keys, from, scores, i * KvCache.BLOCK + slot, KvCache.BLOCK);
      }
    }
  }

  /** Makes weights of a query's scores, e^(score − max) where it sees and 0 elsewhere; notes the max and their sum. */
  private void weigh(int i, int begin, int firstSlot, int endSlot, float[] part, int at) {
    int p = position + token(i);
    int row = i * KvCache.BLOCK;
    int to = Math.min(shape.endVisible(p, cache.length()) - begin, endSlot);
    int window = Math.clamp(shape.windowBegin(p) - begin, firstSlot, Math.max(to, firstSlot));
    int kept = Math.clamp(shape.keep() - begin, firstSlot, window);
    if (kept == firstSlot && window >= to) {
      Arrays.fill(scores, row + firstSlot, row + endSlot, 0);
      part[at] = Float.NEGATIVE_INFINITY;
      part[at + 1] = 0;
      return;
    }
    boolean cold = warmth.isCold();
    if (shape.softcap() == 0) {
      Pointwise.scale(scores, row + firstSlot, row + endSlot, shape.scale());
    } else if (cold) {
      SoftCap.cappedCold(scores, row + firstSlot, row + endSlot, shape.scale(), shape.softcap());
    } else {
      SoftCap.capped(scores, row + firstSlot, row + endSlot, shape.scale(), shape.softcap());
    }
    Arrays.fill(scores, row + kept, row + window, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, row + to, row + endSlot, Float.NEGATIVE_INFINITY);
    int seen = row + (kept > firstSlot ? firstSlot : window);
    float max = cold ? Exponential.max(scores, seen, row + to) : Exponential.largest(scores, seen, row + to);
    part[at] = max;
    part[at + 1] = cold
        ? ColdLoops.shifted(scores, row + firstSlot, row + endSlot, max)
        : Exponential.shifted(scores, row + firstSlot, row + endSlot, max);
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
      int at = cache.valueStrip(kvHead, channel) + firstSlot * STRIP;
      float[] values = values(block, channel, firstSlot, depth);
      int from = values == strip ? 0 : at;
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

  /** The keys of the block, or {@link #strip} with those of the strip that begins at the slot. */
  private float[] keys(int block, int slot) {
    Object keys = cache.keys(block);
    if (keys instanceof float[] floats) {
      return floats;
    }
    int headDim = shape.headDim();
    if (keys instanceof KvCache.Codes codes) {
      PackedStrip.keys((KvCache.Packed) cache, codes, kvHead, slot, headDim, strip, warmth.isCold());
    } else {
      widen((short[]) keys, cache.keyStrip(kvHead, slot), headDim);
    }
    return strip;
  }

  /** The values of the block, or {@link #strip} with some rows of the strip that begins at the channel. */
  private float[] values(int block, int channel, int slot, int rows) {
    Object values = cache.values(block);
    if (values instanceof float[] floats) {
      return floats;
    }
    if (values instanceof KvCache.Codes codes) {
      PackedStrip.values((KvCache.Packed) cache, codes, kvHead, channel, slot, rows, strip, warmth.isCold());
    } else {
      widen((short[]) values, cache.valueStrip(kvHead, channel) + slot * STRIP, rows);
    }
    return strip;
  }

  /** Rows [rows, STRIP] of 16-bit floats, from {@code at} on. */
  private void widen(short[] halves, int at, int rows) {
    Widening.halves(halves, at, cache.dtype(), strip, 0, rows * STRIP, warmth.isCold());
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
      int to = at(out, row, i);
      float sum = part[from + cache.channels() + 1];
      for (int c = 0; c < shape.headDim(); c++) {
        out.data()[to + c] = part[from + c] / sum;
      }
    }
  }
}
