package dev.quipu.model;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values of one sequence, a cache a layer; layers that share keys and values (Gemma 4) share the cache.
 * Knows how long the sequence is; knows no token.
 */
public final class SequenceCache {

  /** What all layers hold of {@link KvCache#BLOCK} positions; never changes, and several sequences may hold it. */
  public record Block(List<KvCache.Block> layers) {}

  private final KvCache[] layers;
  private final List<KvCache> own = new ArrayList<>(); // each cache once

  SequenceCache(DecoderSpec spec, DType dtype) {
    layers = new KvCache[spec.layers().size()];
    for (int l = 0; l < layers.length; l++) {
      LayerSpec layer = spec.layers().get(l);
      if (layer.keys().own()) {
        layers[l] = layer.newCache(dtype);
        own.add(layers[l]);
      } else {
        layers[l] = layers[layer.keys().layer()];
      }
    }
  }

  KvCache layer(int l) {
    return layers[l];
  }

  /** The caches of the layers that have keys and values of their own, in the order of the layers. */
  public List<KvCache> ownLayers() {
    return List.copyOf(own);
  }

  /** Positions in the cache; the next token has this position. */
  public int length() {
    return layers[0].length();
  }

  /** Makes room for this many more positions in every layer. */
  public void reserve(int positions) {
    for (KvCache layer : own) {
      layer.reserve(positions);
    }
  }

  /** Whether the sequence can be cut back to this length with every layer still whole. */
  public boolean canTrim(int length) {
    for (KvCache layer : own) {
      if (!layer.canTrim(length)) {
        return false;
      }
    }
    return true;
  }

  /** Takes back the positions from {@code length} on. */
  public void trim(int length) {
    for (KvCache layer : own) {
      layer.trim(length);
    }
  }

  /** Whether no layer has let go of a block. */
  public boolean holds(int block) {
    return own.stream().allMatch(layer -> layer.keys(block) != null);
  }

  /** A block of which some positions are filled, for other sequences that begin alike. */
  public Block share(int block) {
    List<KvCache.Block> shared = new ArrayList<>(own.size());
    for (KvCache layer : own) {
      shared.add(layer.share(block));
    }
    return new Block(shared);
  }

  /**
   * Makes an empty cache one of {@code length} positions that other sequences have computed.
   *
   * @param blocks those of all positions
   */
  public void adopt(List<Block> blocks, int length) {
    for (int l = 0; l < own.size(); l++) {
      int layer = l;
      own.get(l).adopt(blocks.stream().map(block -> block.layers.get(layer)).toList(), length);
    }
  }

  /** Bytes of a block of all layers. */
  public long blockBytes() {
    return own.stream().mapToLong(KvCache::blockBytes).sum();
  }
}
