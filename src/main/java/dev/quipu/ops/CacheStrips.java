package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.KvCache;

/** The strips of a cache's head as floats: where they lie, or widened to an array of their own. */
final class CacheStrips {

  private static final int STRIP = KvCache.STRIP;

  private final Warmth warmth;
  private KvCache cache;
  private int kvHead;
  private float[] strip = new float[0]; // of 16-bit or packed keys or values, widened

  CacheStrips(Warmth warmth) {
    this.warmth = warmth;
  }

  void set(KvCache cache, int kvHead) {
    this.cache = cache;
    this.kvHead = kvHead;
    strip = grown(strip, Math.max(KvCache.BLOCK, cache.headDim()) * STRIP);
  }

  /** The keys of the block, or those of the strip that begins at the slot, widened. */
  float[] keys(int block, int slot) {
    switch (cache.keys(block)) {
      case float[] floats -> {
        return floats;
      }
      case KvCache.Codes codes -> PackedStrip.keys(
          (KvCache.Packed) cache, codes, kvHead, slot, cache.headDim(), strip, warmth.isCold());
      case Object halves -> widen((short[]) halves, cache.keyStrip(kvHead, slot), cache.headDim());
    }
    return strip;
  }

  /** The values of the block, or some rows of the strip that begins at the channel, widened. */
  float[] values(int block, int channel, int slot, int rows) {
    switch (cache.values(block)) {
      case float[] floats -> {
        return floats;
      }
      case KvCache.Codes codes -> PackedStrip.values(
          (KvCache.Packed) cache, codes, kvHead, channel, slot, rows, strip, warmth.isCold());
      case Object halves -> widen((short[]) halves, cache.valueStrip(kvHead, channel) + slot * STRIP, rows);
    }
    return strip;
  }

  /** Rows [rows, STRIP] of 16-bit floats, from {@code at} on. */
  private void widen(short[] halves, int at, int rows) {
    Widening.halves(halves, at, cache.dtype(), strip, 0, rows * STRIP, warmth.isCold());
  }

  /** Where the strip of keys that begins at the slot lies in what {@link #keys} gave. */
  int keyStrip(float[] keys, int slot) {
    return areWidened(keys) ? 0 : cache.keyStrip(kvHead, slot);
  }

  /** Where the rows from a slot on of the strip of values lie in what {@link #values} gave. */
  int valueStrip(float[] values, int channel, int slot) {
    return areWidened(values) ? 0 : cache.valueStrip(kvHead, channel) + slot * STRIP;
  }

  /** Whether what {@link #keys} or {@link #values} gave is one strip, widened. */
  boolean areWidened(float[] floats) {
    return floats == strip;
  }
}
