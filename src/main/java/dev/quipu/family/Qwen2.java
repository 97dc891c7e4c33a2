package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;

/**
 * Qwen 2 and 2.5. They differ from Llama in this:
 *
 * <ul>
 *   <li>q, k and v have a bias, always; o has none
 *   <li>rope_theta is a million if it is not said
 * </ul>
 *
 * <p>Follows mlx_lm/models/qwen2.py.
 */
final class Qwen2 {

  private Qwen2() {}

  static Family of(Config config) {
    Numbers.requireFullAttention(config);
    Numbers.requireOff(config, "use_mrope");
    int heads = Numbers.size(config, "num_attention_heads");
    int headDim = Numbers.headDim(config, Math.max(1, Numbers.size(config, "hidden_size") / heads));
    RopeConfig rope = RopeConfig.of(config);
    LayerSpec layer = new LayerSpec(
        Numbers.attention(config, heads, Numbers.size(config, "num_key_value_heads"), headDim),
        new Rope(headDim, rope.theta(1_000_000), config.booleanValue("rope_traditional", false), rope.scaling(headDim)),
        Numbers.size(config, "intermediate_size"),
        Llama.silu(config));
    boolean tied = config.booleanValue("tie_word_embeddings", true);
    return new Family(
        Llama.spec(config, Numbers.repeated(config, layer), 32_768),
        Layout.of(Place.ROOT, Head.tied(tied), Trait.QKV_BIAS));
  }
}
