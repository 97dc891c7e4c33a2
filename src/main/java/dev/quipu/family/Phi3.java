package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;
import dev.quipu.model.RopeScaling;
import java.util.List;

/**
 * Phi 3, 3.5 and 4 mini. They differ from Llama in this:
 *
 * <ul>
 *   <li>q, k and v are rows of one matrix, gate and up of another
 *   <li>RoPE may turn only the first channels of a head ({@code partial_rotary_factor})
 *   <li>longrope: as mlx-lm does, with the long factors whatever the length
 *   <li>a head of its own unless the config says otherwise; {@code sliding_window} is ignored, as mlx-lm does
 * </ul>
 *
 * <p>Follows mlx_lm/models/phi3.py.
 */
final class Phi3 {

  private Phi3() {}

  static Family of(Config config) {
    refuseVariants(config);
    int heads = Numbers.size(config, "num_attention_heads");
    int headDim = Numbers.headDim(config, Math.max(1, Numbers.size(config, "hidden_size") / heads));
    LayerSpec layer = new LayerSpec(
        Numbers.attention(config, heads, heads, headDim),
        rope(config, headDim),
        Numbers.size(config, "intermediate_size"),
        Llama.silu(config));
    boolean tied = config.booleanValue("tie_word_embeddings", false);
    return new Family(Llama.spec(config, Numbers.repeated(config, layer), 131_072),
        Layout.of(Place.ROOT, Head.tied(tied), Trait.FUSED_PROJECTIONS));
  }

  private static void refuseVariants(Config config) {
    Numbers.requireOff(config, "attention_bias");
    Numbers.requireOff(config, "mlp_bias");
    Numbers.requireOff(config, "lm_head_bias");
    for (String unused : List.of(
        "sliding_window", "full_attn_mod", "interpolate_factor", "original_max_position_embeddings")) {
      config.get(unused);
    }
  }

  private static Rope rope(Config config, int headDim) {
    RopeConfig rope = RopeConfig.of(config);
    int dims = rope.partial(headDim);
    RopeScaling scaling = rope.scaling(dims, 4096);
    switch (scaling) {
      case RopeScaling.None _, RopeScaling.Linear _, RopeScaling.LongRope _ -> {}
      default -> throw rope.refuse("is not supported for phi3; supported: default, linear, longrope, su");
    }
    return new Rope(dims, rope.theta(10_000), config.booleanValue("rope_traditional", false), scaling);
  }
}
