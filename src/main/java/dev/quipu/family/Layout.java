package dev.quipu.family;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which tensors a checkpoint has besides Llama's, and where. Knows names only; {@link RoleReader} reads them.
 *
 * @param place  where the text model's tensors stand
 * @param head   where the last product's weight comes from
 * @param traits how the tensors differ from Llama's
 */
record Layout(Place place, Head head, Set<Trait> traits) {

  private static final List<String> MEASURED = List.of(".input_max", ".input_min", ".output_max", ".output_min");

  /** The weight of the last product. */
  enum Head {
    /** The embedding again. */
    TIED,
    /** {@code lm_head}. */
    OWN,
    /** {@code lm_head} if it is there. */
    IF_THERE;

    static Head tied(boolean tied) {
      return tied ? TIED : OWN;
    }
  }

  /** A difference from Llama's tensors. */
  enum Trait {
    /** {@code q_proj}, {@code k_proj} and {@code v_proj} have a bias. */
    QKV_BIAS,
    /** {@code o_proj} has a bias. */
    O_BIAS,
    /** {@code gate_proj}, {@code up_proj} and {@code down_proj} have a bias. */
    MLP_BIAS,
    /** There are {@code q_norm} and {@code k_norm}. */
    HEAD_NORMS,
    /** Values have a norm, too, without a weight. */
    VALUE_NORM,
    /** Norms stand after attention and after the MLP, too. */
    SANDWICH_NORMS,
    /** Norms are stored less one. */
    NORMS_LESS_ONE,
    /** {@code qkv_proj} and {@code gate_up_proj} hold the rows of three and of two projections. */
    FUSED_PROJECTIONS,
    /** Each layer ends with a factor, {@code layer_scalar}; ranges that training measured may lie about unread. */
    LAYER_SCALAR
  }

  static Layout of(Place place, Head head, Trait... traits) {
    return new Layout(place, head, Set.of(traits));
  }

  /** The same, with one trait more where the condition holds. */
  Layout with(boolean condition, Trait trait) {
    if (!condition) {
      return this;
    }
    Set<Trait> more = EnumSet.of(trait);
    more.addAll(traits);
    return new Layout(place, head, more);
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** Tensors that may lie unread in the checkpoint. */
  boolean mayIgnore(String tensor) {
    return tensor.endsWith("rotary_emb.inv_freq")
        || head == Head.TIED && tensor.startsWith(place.head() + ".")
        || has(Trait.LAYER_SCALAR) && MEASURED.stream().anyMatch(tensor::endsWith)
        || place.isTower(tensor);
  }
}
