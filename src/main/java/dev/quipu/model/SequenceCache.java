package dev.quipu.model;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;

/**
 * The keys and values of one sequence, a cache a layer; layers that share keys and values (Gemma 4) share the cache.
 * Knows how long the sequence is; knows no token.
 */
public final class SequenceCache {

  private final KvCache[] layers;

  SequenceCache(DecoderSpec spec, DType dtype) {
    layers = new KvCache[spec.layers().size()];
    for (int l = 0; l < layers.length; l++) {
      LayerSpec layer = spec.layers().get(l);
      layers[l] = layer.keys().own() ? layer.newCache(dtype) : layers[layer.keys().layer()];
    }
  }

  KvCache layer(int l) {
    return layers[l];
  }

  /** Positions in the cache; the next token has this position. */
  public int length() {
    return layers[0].length();
  }

  /** Makes room for this many more positions in every layer. */
  public void reserve(int positions) {
    for (KvCache layer : layers) {
      layer.reserve(positions);
    }
  }

  /** Whether the sequence can be cut back to this length with every layer still whole. */
  public boolean canTrim(int length) {
    for (KvCache layer : layers) {
      if (!layer.canTrim(length)) {
        return false;
      }
    }
    return true;
  }

  /** Takes back the positions from {@code length} on. */
  public void trim(int length) {
    for (KvCache layer : layers) {
      layer.trim(length);
    }
  }
}
