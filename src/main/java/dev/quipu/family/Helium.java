package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;
import dev.quipu.model.RopeScaling;

/**
 * Helium. It differs from Llama in this:
 *
 * <ul>
 *   <li>RoPE turns neighbours (2i, 2i + 1), unscaled
 *   <li>a bias, where there is one, is on q, k and v and not on o
 * </ul>
 *
 * <p>Follows mlx_lm/models/helium.py.
 */
final class Helium {

  private Helium() {}

  static Family of(Config config) {
    Numbers.requireThere(config, "tie_word_embeddings", "max_position_embeddings");
    int heads = Numbers.size(config, "num_attention_heads");
    int headDim = Numbers.headDim(config, Math.max(1, Numbers.size(config, "hidden_size") / heads));
    RopeConfig rope = RopeConfig.of(config);
    if (!rope.scaling(headDim).equals(new RopeScaling.None())) {
      throw rope.refuse("is not supported for helium; supported: default");
    }
    LayerSpec layer = new LayerSpec(
        Numbers.attention(config, heads, Numbers.size(config, "num_key_value_heads"), headDim),
        new Rope(headDim, rope.requireTheta(), true, new RopeScaling.None()),
        Numbers.size(config, "intermediate_size"),
        Llama.silu(config));
    Layout layout = Layout.of(Place.ROOT, Head.tied(config.booleanValue("tie_word_embeddings", false)))
        .with(config.booleanValue("attention_bias", false), Trait.QKV_BIAS)
        .with(config.booleanValue("mlp_bias", false), Trait.MLP_BIAS);
    return new Family(Llama.spec(config, Numbers.repeated(config, layer)), layout);
  }
}
