package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;
import static dev.quipu.ops.WideQueryTile.MEMORY;
import static dev.quipu.ops.WideQueryTile.QUERIES;
import static dev.quipu.ops.WideQueryTile.ROWS;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * What {@link QueryTile} does, for many queries and vectors of 512 bits: queries lie side by side, so that nothing is
 * added up across a vector, and each block of the cache meets several tiles while it is in the second-level cache. The
 * numbers are the same to the last bit.
 *
 * <p>A part is [rows of channels, QUERIES], then a row with the sums of weights, then one with the largest scores.
 */
final class WideQueries {

  /** Whether vectors are as wide as a strip. */
  static final boolean FIT = Lanes.WIDE.length() == KvCache.STRIP;

  /** Tiles of queries that are done together at the most. */
  static final int TILES = 12;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(Lanes.ORDER);
  private static final int BLOCK = KvCache.BLOCK;
  private static final int STRIP = KvCache.STRIP;
  private static final long ROW_BYTES = (long) Float.BYTES * QUERIES;

  private final CacheStrips strips;
  private final QuerySpan span = new QuerySpan();
  private final QuerySpan[] tiles = new QuerySpan[TILES];
  private MemorySegment memory = MemorySegment.NULL;
  private long weights; // address of [BLOCK, QUERIES]
  private long queries; // address of [tiles, hd, QUERIES]
  private final float[] scores = new float[BLOCK * QUERIES]; // [BLOCK, QUERIES]
  private final float[] factors = new float[2 * QUERIES]; // exponents of what two parts are multiplied by
  private final float[] zeros = new float[QUERIES];
  private float[] parts = new float[0]; // [tiles, part]
  private float[] next = new float[0]; // part of one block
  private float[] keys;
  private float[] values;
  private float[] widenedKeys = new float[0]; // [BLOCK / STRIP, hd, STRIP]
  private float[] widenedValues = new float[0]; // [channels / STRIP, BLOCK, STRIP]

  WideQueries(Warmth warmth) {
    strips = new CacheStrips(warmth);
    Arrays.setAll(tiles, _ -> new QuerySpan());
  }

  /** Rows of out, for the queries of a span ({@link QuerySpan#set}) of q, whose row {@code row} is that of token 0. */
  void attend(
      Mat out, Mat q, int row, KvCache cache, AttentionShape shape, int kvHead, int first, int count, int position) {
    span.set(cache, shape, kvHead, first, count, position);
    strips.set(cache, kvHead);
    makeRoom();
    for (int t = 0; t < tiles(); t++) {
      int from = t * QUERIES;
      tiles[t].set(cache, shape, kvHead, first + from, Math.min(QUERIES, count - from), position);
      load(q, row, t);
    }
    for (int i = 0; i < span.blocks(); i++) {
      read(span.block(i));
      for (int t = 0; t < tiles(); t++) {
        attend(span.block(i), t);
      }
    }
    for (int t = 0; t < tiles(); t++) {
      store(out, row, t);
    }
  }

  private int tiles() {
    return Math.ceilDiv(span.count(), QUERIES);
  }

  private int headDim() {
    return span.shape().headDim();
  }

  /** Rows of channels in a part. */
  private int rows() {
    return Math.ceilDiv(headDim(), ROWS) * ROWS;
  }

  /** Where a part has the sums of weights. */
  private int sums() {
    return rows() * QUERIES;
  }

  /** Where a part has the largest scores. */
  private int maxima() {
    return (rows() + 1) * QUERIES;
  }

  private int partSize() {
    return (rows() + 2) * QUERIES;
  }

  private void makeRoom() {
    long bytes = ROW_BYTES * (BLOCK + tiles() * headDim());
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, Lanes.WIDE.vectorByteSize());
    }
    weights = memory.address();
    queries = weights + ROW_BYTES * BLOCK;
    parts = grown(parts, tiles() * partSize());
    next = grown(next, partSize());
  }

  private long queries(int t) {
    return queries + ROW_BYTES * headDim() * t;
  }

  /** Queries side by side; what no query belongs to is computed as it was, and not read. */
  private void load(Mat q, int row, int t) {
    for (int i = 0; i < tiles[t].count(); i++) {
      int from = tiles[t].at(q, row, i);
      long to = queries(t) + Float.BYTES * i;
      for (int c = 0; c < headDim(); c++) {
        MEMORY.set(FLOAT, to + ROW_BYTES * c, q.data()[from + c]);
      }
    }
  }

  /** Takes the block's keys and values, those that a tile may see, as floats. */
  private void read(int block) {
    span.enter(block);
    keys = strips.keys(block, span.firstSlot());
    values = strips.values(block, 0, span.firstSlot(), 0);
    if (strips.areWidened(keys)) {
      widenKeys(block);
      widenValues(block);
    }
  }

  private void widenKeys(int block) {
    widenedKeys = grown(widenedKeys, BLOCK * headDim());
    for (int slot = span.firstSlot(); slot < span.endSlot(); slot += STRIP) {
      System.arraycopy(strips.keys(block, slot), 0, widenedKeys, slot * headDim(), STRIP * headDim());
    }
    keys = widenedKeys;
  }

  private void widenValues(int block) {
    widenedValues = grown(widenedValues, BLOCK * span.cache().channels());
    int slot = span.firstSlot();
    int rows = span.end() - slot;
    for (int channel = 0; channel < headDim(); channel += STRIP) {
      float[] strip = strips.values(block, channel, slot, rows);
      System.arraycopy(strip, 0, widenedValues, channel * BLOCK + slot * STRIP, rows * STRIP);
    }
    values = widenedValues;
  }

  private int keyStrip(int slot) {
    return keys == widenedKeys ? slot * headDim() : span.cache().keyStrip(span.kvHead(), slot);
  }

  private int valueStrip(int channel, int slot) {
    int strip = channel / STRIP * STRIP;
    int from = values == widenedValues ? strip * BLOCK : span.cache().valueStrip(span.kvHead(), strip);
    return from + slot * STRIP + channel % STRIP;
  }

  /** The block's part for a tile, joined to that of the blocks before. */
  private void attend(int block, int t) {
    QuerySpan tile = tiles[t];
    tile.enter(block);
    if (block == tile.block(0)) {
      attend(tile, queries(t), parts, t * partSize());
    } else if (tile.seesAny()) {
      attend(tile, queries(t), next, 0);
      join(t * partSize());
    }
  }

  private void attend(QuerySpan tile, long queries, float[] part, int at) {
    score(tile, queries);
    weigh(tile, part, at);
    mix(tile, part, at);
  }

  /** scores = q · keys, for whole strips. */
  private void score(QuerySpan tile, long queries) {
    for (int slot = tile.firstSlot(); slot < tile.endSlot(); slot += STRIP) {
      int strip = keyStrip(slot);
      for (int r = 0; r < STRIP; r += ROWS) {
        WideQueryTile.multiply(keys, strip + r, headDim(), queries, scores, (slot + r) * QUERIES);
      }
    }
  }

  /** Makes weights of scores, e^(score − max) where a query sees and 0 elsewhere; notes the maxima and their sums. */
  private void weigh(QuerySpan tile, float[] part, int at) {
    int from = tile.firstSlot();
    int to = tile.endSlot();
    AttentionShape shape = tile.shape();
    float scale = shape.scale();
    if (shape.softcap() != 0) {
      SoftCap.capped(scores, from * QUERIES, to * QUERIES, scale, shape.softcap());
      scale = 1;
    }
    for (int i = 0; i < tile.count() && !tile.allSeeAll(); i++) {
      hide(i, tile.keptEnd(i), tile.windowBegin(i));
      hide(i, tile.seenEnd(i), to);
    }
    WideQueryTile.largest(scores, from, to, scale, part, at + maxima());
    WideQueryTile.shifted(scores, from, to, scale, part, at + maxima(), weights);
    WideQueryTile.sum(weights, from, to, part, at + sums());
  }

  /** The ith query does not see slots [from, to). */
  private void hide(int i, int from, int to) {
    for (int slot = from; slot < to; slot++) {
      scores[slot * QUERIES + i] = Float.NEGATIVE_INFINITY;
    }
  }

  /** part = weights · values, for some channels at a time. */
  private void mix(QuerySpan tile, float[] part, int at) {
    int from = tile.firstSlot();
    int depth = tile.end() - from;
    for (int channel = 0; channel < headDim(); channel += ROWS) {
      WideQueryTile.multiply(
          values, valueStrip(channel, from), depth, weights + ROW_BYTES * from, part, at + channel * QUERIES);
    }
  }

  /** Joins {@link #next} to the part of the blocks before it: {@link QueryTile#join}. */
  private void join(int part) {
    int max = part + maxima();
    for (int i = 0; i < QUERIES; i++) {
      float larger = Math.max(parts[max + i], next[maxima() + i]);
      factors[i] = parts[max + i] - larger;
      factors[QUERIES + i] = next[maxima() + i] - larger;
      parts[max + i] = larger;
    }
    WideQueryTile.shifted(factors, 0, 2, 1, zeros, 0, weights);
    WideQueryTile.join(parts, part, next, rows() + 1, weights, maxima());
  }

  private void store(Mat out, int row, int t) {
    int part = t * partSize();
    WideQueryTile.divide(parts, part, headDim(), part + sums());
    for (int i = 0; i < tiles[t].count(); i++) {
      int to = tiles[t].at(out, row, i);
      for (int c = 0; c < headDim(); c++) {
        out.data()[to + c] = parts[part + c * QUERIES + i];
      }
    }
  }
}
