package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;

/**
 * Ministral 3. It differs from Llama in this:
 *
 * <ul>
 *   <li>queries grow with their position, × 1 + β · ln(1 + ⌊position / original_max_position_embeddings⌋), after RoPE
 *   <li>RoPE is in {@code rope_parameters}, as a rule yarn
 *   <li>no biases
 * </ul>
 *
 * <p>Follows mlx_lm/models/ministral3.py.
 */
final class Ministral3 {

  private Ministral3() {}

  static Family of(Config config, Place place, boolean tiedIfAbsent) {
    Numbers.requireOff(config, "attention_bias");
    Numbers.requireOff(config, "mlp_bias");
    int heads = Numbers.size(config, "num_attention_heads");
    int headDim = Numbers.headDim(config, Math.max(1, Numbers.size(config, "hidden_size") / heads));
    Config parameters = config.object("rope_parameters");
    if (parameters == null) {
      throw config.refuse("rope_parameters", "is missing");
    }
    RopeConfig rope = RopeConfig.of(config);
    LayerSpec layer = new LayerSpec(
        Numbers.attention(config, heads, heads, headDim),
        new Rope(headDim, Numbers.positive(parameters, "rope_theta"), false, rope.scaling(headDim)),
        Numbers.size(config, "intermediate_size"),
        Llama.silu(config));
    DecoderSpec.QueryGrowth growth = new DecoderSpec.QueryGrowth(
        parameters.requireDouble("llama_4_scaling_beta"),
        Numbers.positive(parameters, "original_max_position_embeddings"));
    boolean tied = config.booleanValue("tie_word_embeddings", tiedIfAbsent);
    return new Family(
        Llama.spec(config, Llama.layers(config, layer)).withQueryGrowth(growth), Layout.of(place, Head.tied(tied)));
  }
}
