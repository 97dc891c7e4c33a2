package dev.quipu.model;

import dev.quipu.tensor.Mat;

/**
 * Watches the forward pass, tensor by tensor, under the names of the conformance suite (golden/FORMAT.md, kind trace).
 * The matrix is only lent: it is overwritten by a later step.
 */
public interface Trace {

  /** The layer of a tensor that belongs to none. */
  int NO_LAYER = -1;

  /** Watches nothing. */
  Trace OFF = (layer, name, m) -> {};

  /**
   * @param layer {@code i} of {@code layers.i.name}, or {@link #NO_LAYER}
   * @param m     [T, …]; per-head tensors come as [T·H, hd]
   */
  void at(int layer, String name, Mat m);

  /** {@code layers.i.name}, or the name alone. */
  static String fullName(int layer, String name) {
    return layer == NO_LAYER ? name : "layers." + layer + "." + name;
  }

  /** The shape of a tensor of T tokens: heads, where it has them, are an axis of their own. */
  static int[] shape(String name, Mat m, int tokens) {
    boolean perHead = name.matches("(.*\\.)?self_attn\\.[qkv]_(norm|rope)");
    return perHead ? new int[] {tokens, m.rows() / tokens, m.cols()} : new int[] {m.rows(), m.cols()};
  }
}
