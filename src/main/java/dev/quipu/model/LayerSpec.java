package dev.quipu.model;

import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;

/**
 * The numbers of one layer.
 *
 * @param attention        heads, window, scale
 * @param rope             how q and k turn
 * @param intermediateSize F
 * @param activation       on the gate
 */
public record LayerSpec(AttentionShape attention, Rope rope, int intermediateSize, Activation activation) {

  /** Positions of a sliding layer that can be taken back, beyond what its window needs. */
  static final int SLIDING_SLACK = 512;

  public LayerSpec {
    if (rope.dims() > attention.headDim()) {
      throw new IllegalArgumentException("RoPE turns " + rope.dims() + " of " + attention.headDim() + " channels");
    }
  }

  /** An empty cache of the kind this layer needs. */
  KvCache newCache() {
    int kvHeads = attention.kvHeads();
    int headDim = attention.headDim();
    return attention.window() == AttentionShape.ALL
        ? new KvCache.Full(kvHeads, headDim)
        : new KvCache.Sliding(kvHeads, headDim, attention.window(), SLIDING_SLACK);
  }
}
