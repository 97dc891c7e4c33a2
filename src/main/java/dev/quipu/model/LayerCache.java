package dev.quipu.model;

import dev.quipu.InvalidRequestException;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Packing;
import java.util.List;

/**
 * The keys and values of one layer of a sequence, and what its queries see of them. Where they are to be packed, they
 * are floats until a query at the position {@code quantizedStart} or behind it comes: that one sees all of them packed,
 * its own among them. The call that brings it may have earlier rows, too, which see floats, and of which some may be
 * taken back; so both are there until the next one. Layers with a window are never packed.
 */
final class LayerCache {

  /** Positions of a sliding layer that can be taken back, beyond what its window needs. */
  private static final int SLACK = 512;

  private final AttentionShape attention;
  private final Packing.Affine packing; // null: never packed
  private final int quantizedStart;
  private KvCache cache; // of all positions
  private KvCache unpacked; // what the packed cache was made of; null but in and after that call

  LayerCache(AttentionShape shape, KvSettings settings) {
    attention = settings.limited(shape);
    boolean full = attention.window() == AttentionShape.ALL;
    packing = full && settings.bits() > 0 ? new Packing.Affine(settings.bits(), settings.groupSize()) : null;
    quantizedStart = settings.quantizedStart();
    if (packing != null && attention.headDim() % packing.groupSize() != 0) {
      throw new InvalidRequestException("kv_group_size",
          "must divide head_dim, which is " + attention.headDim() + ", but is " + packing.groupSize());
    }
    cache = packing != null && quantizedStart == 0 ? newPacked() : full
        ? new KvCache.Full(attention.kvHeads(), attention.headDim(), settings.dtype())
        : new KvCache.Sliding(attention.kvHeads(), attention.headDim(), settings.dtype(), attention.window(),
            attention.keep(), SLACK);
  }

  AttentionShape attention() {
    return attention;
  }

  KvCache cache() {
    return cache;
  }

  int length() {
    return cache.length();
  }

  boolean packed() {
    return cache instanceof KvCache.Packed;
  }

  int packedFrom() {
    return packing == null ? Integer.MAX_VALUE : quantizedStart;
  }

  /** How many of {@code rows} rows from this position on see the past alike. */
  int rowsAlike(int position, int rows) {
    return packing != null && position < quantizedStart ? Math.min(rows, quantizedStart - position) : rows;
  }

  /** What a query at this position sees. */
  KvCache at(int position) {
    if (packing == null) {
      return cache;
    }
    if (position < quantizedStart) {
      return unpacked != null ? unpacked : cache;
    }
    if (!packed()) {
      pack();
    }
    return cache;
  }

  private void pack() {
    KvCache.Packed packed = newPacked();
    packed.take(cache);
    unpacked = cache;
    cache = packed;
  }

  /** Makes an empty cache a packed one, where it is to be packed at all. */
  void packEmpty() {
    if (packing != null) {
      cache = newPacked();
    }
  }

  private KvCache.Packed newPacked() {
    return new KvCache.Packed(attention.kvHeads(), attention.headDim(), packing);
  }

  /** A call begins. */
  void begin() {
    unpacked = null;
  }

  boolean canTrim(int length) {
    return packed() && length < quantizedStart ? unpacked != null : cache.canTrim(length);
  }

  void trim(int length) {
    if (packed() && length < quantizedStart) {
      cache = unpacked;
      unpacked = null;
    }
    cache.trim(length);
  }

  KvCache.Block share(int block) {
    return cache.share(block);
  }

  /** Makes an empty cache one of {@code length} positions; of packed blocks a packed one. */
  void adopt(List<KvCache.Block> blocks, int length) {
    if (packing != null && !blocks.isEmpty()) {
      boolean packed = blocks.getFirst().packed();
      requireBlocks(blocks, packed, length);
      if (packed) {
        cache = newPacked();
      }
    }
    cache.adopt(blocks, length);
  }

  private void requireBlocks(List<KvCache.Block> blocks, boolean packed, int length) {
    if (blocks.stream().anyMatch(block -> block.packed() != packed)) {
      throw new IllegalArgumentException("some blocks are packed, and some are not");
    }
    if (packed ? length < quantizedStart : length > quantizedStart) {
      throw new IllegalArgumentException(
          length + " positions are " + (packed ? "" : "not ") + "packed, which begins at " + quantizedStart);
    }
  }

  long blockBytes() {
    return cache.blockBytes();
  }
}
