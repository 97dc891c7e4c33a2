package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;
import dev.quipu.model.RopeScaling;
import dev.quipu.ops.Activation;
import java.util.List;

/**
 * Gemma 1. It differs from Llama in this:
 *
 * <ul>
 *   <li>embeddings × √hidden_size
 *   <li>norm weights are stored less one: y = x̂ · (1 + w)
 *   <li>the gate is GELU, as mlx-lm does the exact one whatever {@code hidden_activation} says
 *   <li>the head is the embedding, always
 * </ul>
 *
 * <p>Follows mlx_lm/models/gemma.py.
 */
final class Gemma {

  private Gemma() {}

  static Family of(Config config) {
    Numbers.requireOneOf(config, "hidden_act", "gelu", "gelu_pytorch_tanh");
    Numbers.requireOneOf(config, "hidden_activation", "gelu", "gelu_pytorch_tanh");
    LayerSpec layer = layer(config, Activation.GELU_ERF);
    return new Family(
        spec(config, Numbers.repeated(config, layer)), Layout.of(Place.ROOT, Head.TIED, Trait.NORMS_LESS_ONE));
  }

  /** The layer of Gemma 1 and 2: an explicit head_dim and unscaled RoPE. */
  static LayerSpec layer(Config config, Activation activation) {
    Numbers.requireOff(config, "attention_bias");
    Numbers.requireOff(config, "use_bidirectional_attention");
    Numbers.requireThere(config, "head_dim");
    config.get("tie_word_embeddings"); // the head is tied whatever it says
    int heads = Numbers.size(config, "num_attention_heads");
    int headDim = Numbers.headDim(config, 0);
    RopeConfig rope = RopeConfig.of(config);
    if (!rope.scaling(headDim).equals(new RopeScaling.None())) {
      throw rope.refuse("is not supported for gemma and gemma2; supported: default");
    }
    return new LayerSpec(
        Numbers.attention(config, heads, Numbers.size(config, "num_key_value_heads"), headDim),
        new Rope(headDim, rope.theta(10_000), config.booleanValue("rope_traditional", false), new RopeScaling.None()),
        Numbers.size(config, "intermediate_size"),
        activation);
  }

  static DecoderSpec spec(Config config, List<LayerSpec> layers) {
    int hidden = Numbers.size(config, "hidden_size");
    return new DecoderSpec(
        hidden,
        Numbers.size(config, "vocab_size"),
        Numbers.size(config, "max_position_embeddings", 8192),
        (float) config.requireDouble("rms_norm_eps"),
        (float) Math.sqrt(hidden), // not rounded to bfloat16, unlike Gemma 3
        layers);
  }
}
