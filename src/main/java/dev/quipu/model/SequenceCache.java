package dev.quipu.model;

import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.KvSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The keys and values of one sequence, a cache a layer; layers that share keys and values (Gemma 4) share the cache.
 * Knows how long the sequence is; knows no token.
 */
public final class SequenceCache {

  /** What all layers hold of {@link KvCache#BLOCK} positions; never changes, and several sequences may hold it. */
  public record Block(List<KvCache.Block> layers) {

    /** Whether it is of a sequence that is {@link SequenceCache#packed}. */
    public boolean packed() {
      return layers.stream().anyMatch(KvCache.Block::packed);
    }

    /** Whether no layer had let go of it. */
    public boolean isWhole() {
      return layers.stream().noneMatch(layer -> layer.keys() == null);
    }

    /** This one, and of layers that had let go of it what the other has. */
    public Block or(Block other) {
      return new Block(IntStream.range(0, layers.size())
          .mapToObj(l -> layers.get(l).keys() != null ? layers.get(l) : other.layers.get(l)).toList());
    }
  }

  private final LayerCache[] layers;
  private final LayerCache[] own; // each cache once

  SequenceCache(DecoderSpec spec, KvSettings settings) {
    layers = new LayerCache[spec.layers().size()];
    for (int l = 0; l < layers.length; l++) {
      LayerSpec layer = spec.layers().get(l);
      if (layer.keys().own()) {
        layers[l] = new LayerCache(layer.attention(), settings);
      } else {
        layers[l] = layers[layer.keys().layer()];
      }
    }
    own = Arrays.stream(layers).distinct().toArray(LayerCache[]::new);
  }

  LayerCache layer(int l) {
    return layers[l];
  }

  /** The caches of the layers that have keys and values of their own, in the order of the layers. */
  public List<KvCache> ownLayers() {
    return Arrays.stream(own).map(LayerCache::cache).toList();
  }

  /** A call begins. */
  void begin() {
    for (LayerCache layer : own) {
      layer.begin();
    }
  }

  /**
   * Whether the layers that see everything hold packed numbers. A sequence becomes so at its first query at or behind
   * {@code quantizedStart} and remains so; after one more call it cannot be cut back to less. Its blocks are for others
   * that are packed, only.
   */
  public boolean packed() {
    for (LayerCache layer : own) {
      if (layer.packed()) {
        return true;
      }
    }
    return false;
  }

  /** The first position whose query makes a sequence {@link #packed}; beyond any, if none does. */
  public int packedFrom() {
    return Arrays.stream(own).mapToInt(LayerCache::packedFrom).min().orElseThrow();
  }

  /** Makes an empty cache a packed one from the beginning on, for numbers that were packed elsewhere. */
  public void packEmpty() {
    if (length() != 0) {
      throw new IllegalStateException("there are " + length() + " positions in the cache");
    }
    for (LayerCache layer : own) {
      layer.packEmpty();
    }
  }

  /** Positions in the cache; the next token has this position. */
  public int length() {
    return layers[0].length();
  }

  /** Whether the sequence can be cut back to this length with every layer still whole. */
  public boolean canTrim(int length) {
    for (LayerCache layer : own) {
      if (!layer.canTrim(length)) {
        return false;
      }
    }
    return true;
  }

  /** Takes back the positions from {@code length} on. */
  public void trim(int length) {
    if (!canTrim(length)) {
      throw new IllegalArgumentException("cannot go back from " + length() + " to " + length);
    }
    for (LayerCache layer : own) {
      layer.trim(length);
    }
  }

  /** A block of which some positions are filled, for other sequences that begin alike. */
  public Block share(int block) {
    List<KvCache.Block> shared = new ArrayList<>(own.length);
    for (LayerCache layer : own) {
      shared.add(layer.share(block));
    }
    return new Block(shared);
  }

  /**
   * Makes an empty cache one of {@code length} positions that other sequences have computed. Packed blocks make it a
   * packed one.
   *
   * @param blocks those of all positions, of sequences that were all packed or all not
   */
  public void adopt(List<Block> blocks, int length) {
    for (int l = 0; l < own.length; l++) {
      int layer = l;
      own[l].adopt(blocks.stream().map(block -> block.layers.get(layer)).toList(), length);
    }
  }

  /** Bytes of a block of all layers. */
  public long blockBytes() {
    return Arrays.stream(own).mapToLong(LayerCache::blockBytes).sum();
  }
}
