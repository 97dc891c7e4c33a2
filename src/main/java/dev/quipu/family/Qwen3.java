package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;

/**
 * Qwen 3, dense. It differs from Llama in this:
 *
 * <ul>
 *   <li>a norm on each head of q and k, before RoPE
 *   <li>head_dim, rope_theta and tie_word_embeddings have no default
 *   <li>no biases
 * </ul>
 *
 * <p>Follows mlx_lm/models/qwen3.py.
 */
final class Qwen3 {

  private Qwen3() {}

  static Family of(Config config) {
    Numbers.requireFullAttention(config);
    Numbers.requireOff(config, "attention_bias");
    Numbers.requireThere(config, "head_dim", "tie_word_embeddings");
    int heads = Numbers.size(config, "num_attention_heads");
    int headDim = Numbers.headDim(config, 0);
    RopeConfig rope = RopeConfig.of(config);
    LayerSpec layer = new LayerSpec(
        Numbers.attention(config, heads, Numbers.size(config, "num_key_value_heads"), headDim),
        new Rope(headDim, rope.requireTheta(), false, rope.scaling(headDim)),
        Numbers.size(config, "intermediate_size"),
        Llama.silu(config));
    boolean tied = config.booleanValue("tie_word_embeddings", false);
    return new Family(
        Llama.spec(config, Numbers.repeated(config, layer), 32_768),
        Layout.of(Place.ROOT, Head.tied(tied), Trait.HEAD_NORMS));
  }
}
