package dev.quipu.model;

import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;

/**
 * The numbers of one layer.
 *
 * @param attention        heads, window, scale
 * @param rope             how q and k turn; null where they do not (SmolLM 3)
 * @param intermediateSize F
 * @param activation       on the gate
 * @param keys             where its keys and values come from
 * @param experts          the experts beside its MLP, or null (Gemma 4)
 */
public record LayerSpec(
    AttentionShape attention, Rope rope, int intermediateSize, Activation activation, Keys keys, Experts experts) {

  /**
   * Where a layer's keys and values come from.
   *
   * @param layer  the layer whose cache it reads, {@link #OWN} but for Gemma 4
   * @param values whether there is a projection for values; else they are what that for keys gives (Gemma 4)
   */
  public record Keys(int layer, boolean values) {

    /** The layer itself. */
    public static final int OWN = -1;

    static final Keys PLAIN = new Keys(OWN, true);

    boolean own() {
      return layer == OWN;
    }
  }

  /**
   * A set of small MLPs of which each token takes the few that its router scores highest.
   *
   * @param count            E, how many there are
   * @param chosen           how many a token takes
   * @param intermediateSize Fe
   */
  public record Experts(int count, int chosen, int intermediateSize) {

    public Experts {
      if (chosen < 1 || chosen > count) {
        throw new IllegalArgumentException("a token cannot take " + chosen + " of " + count + " experts");
      }
    }
  }

  public LayerSpec {
    if (rope != null && rope.dims() > attention.headDim()) {
      throw new IllegalArgumentException("RoPE turns " + rope.dims() + " of " + attention.headDim() + " channels");
    }
  }

  /** A layer that is dense and has keys and values of its own. */
  public LayerSpec(AttentionShape attention, Rope rope, int intermediateSize, Activation activation) {
    this(attention, rope, intermediateSize, activation, Keys.PLAIN, null);
  }

  public LayerSpec withWindow(int window) {
    return new LayerSpec(attention.withWindow(window), rope, intermediateSize, activation, keys, experts);
  }

  public LayerSpec withoutRope() {
    return new LayerSpec(attention, null, intermediateSize, activation, keys, experts);
  }
}
