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
}
