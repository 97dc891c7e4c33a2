package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;
import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Llama 1 to 3.3 and what is built like it (Mistral, SmolLM 2, …). The family from which the others differ:
 * two norms a layer, grouped attention over everything before, RoPE in halves, SwiGLU, a head of its own or the
 * embedding again. Options: biases, a head size of its own, all kinds of RoPE scaling, sliding layers if
 * {@code layer_types} says so ({@code sliding_window} alone is ignored, as MLX does).
 *
 * <p>Follows mlx_lm/models/llama.py.
 */
final class Llama {

  private Llama() {}

  static Family of(Config config) {
    boolean tied = config.booleanValue("tie_word_embeddings", true);
    return of(config, Place.ROOT, tied, Numbers.size(config, "num_attention_heads"));
  }

  /** The same with what a wrapper says of it. */
  static Family of(Config config, Place place, boolean tied, int heads) {
    Numbers.requireOff(config, "rope_interleaved");
    int headDim = Numbers.headDim(config, Math.max(1, Numbers.size(config, "hidden_size") / heads));
    RopeConfig rope = RopeConfig.of(config);
    LayerSpec layer = new LayerSpec(
        Numbers.attention(config, heads, heads, headDim),
        new Rope(headDim, rope.theta(10_000), config.booleanValue("rope_traditional", false), rope.scaling(headDim)),
        Numbers.size(config, "intermediate_size"),
        silu(config));
    boolean attentionBias = config.booleanValue("attention_bias", false);
    Layout layout = Layout.of(place, Head.tied(tied))
        .with(attentionBias, Trait.QKV_BIAS)
        .with(attentionBias, Trait.O_BIAS)
        .with(config.booleanValue("mlp_bias", false), Trait.MLP_BIAS);
    return new Family(spec(config, layers(config, layer)), layout);
  }

  /** The numbers outside the layers. */
  static DecoderSpec spec(Config config, List<LayerSpec> layers) {
    return spec(config, layers, 2048);
  }

  /** The same, with a context of its own where the config does not say one. */
  static DecoderSpec spec(Config config, List<LayerSpec> layers, int contextIfAbsent) {
    return new DecoderSpec(
        Numbers.size(config, "hidden_size"),
        Numbers.size(config, "vocab_size"),
        Numbers.size(config, "max_position_embeddings", contextIfAbsent),
        (float) config.requireDouble("rms_norm_eps"),
        1,
        layers);
  }

  static Activation silu(Config config) {
    Numbers.requireOneOf(config, "hidden_act", "silu", "swish");
    return Activation.SILU;
  }

  /** As many as the config says, some of them with a window. */
  static List<LayerSpec> layers(Config config, LayerSpec layer) {
    int count = Numbers.layers(config);
    boolean[] sliding = LayerTypes.sliding(config, count);
    int window = config.intValue("sliding_window", 0);
    List<LayerSpec> layers = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      boolean slides = sliding != null && sliding[l];
      if (slides && (window < 1 || window > Numbers.LARGEST)) {
        throw config.refuse("sliding_window", "must be in [1, " + Numbers.LARGEST
            + "] for the sliding layers of layer_types but is " + window);
      }
      layers.add(slides ? layer.withWindow(window) : layer);
    }
    return layers;
  }
}
