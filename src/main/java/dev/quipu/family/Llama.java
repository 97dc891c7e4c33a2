package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.DecoderWeights;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.LayerWeights;
import dev.quipu.model.Rope;
import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
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
final class Llama implements ModelFamily {

  private final DecoderSpec spec;
  private final boolean attentionBias;
  private final boolean mlpBias;
  private final boolean tied;

  Llama(Config config) {
    this.attentionBias = config.booleanValue("attention_bias", false);
    this.mlpBias = config.booleanValue("mlp_bias", false);
    this.tied = config.booleanValue("tie_word_embeddings", true);
    Numbers.requireOneOf(config, "hidden_act", "silu", "swish");
    Numbers.requireOff(config, "rope_interleaved");
    this.spec = new DecoderSpec(
        Numbers.size(config, "hidden_size"),
        Numbers.size(config, "vocab_size"),
        Numbers.size(config, "max_position_embeddings", 2048),
        (float) config.requireDouble("rms_norm_eps"),
        1,
        layers(config));
  }

  private static List<LayerSpec> layers(Config config) {
    int count = Numbers.size(config, "num_hidden_layers");
    boolean[] sliding = LayerTypes.sliding(config, count);
    LayerSpec full = layer(config, AttentionShape.ALL);
    int window = config.intValue("sliding_window", AttentionShape.ALL);
    List<LayerSpec> layers = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      layers.add(sliding != null && sliding[l] ? windowed(config, full, window) : full);
    }
    return layers;
  }

  private static LayerSpec windowed(Config config, LayerSpec full, int window) {
    if (!config.has("sliding_window") || window < 1) {
      throw config.refuse("sliding_window", "must be positive for the sliding layers of layer_types");
    }
    AttentionShape a = full.attention();
    AttentionShape shape = new AttentionShape(a.heads(), a.kvHeads(), a.headDim(), a.scale(), window);
    return new LayerSpec(shape, full.rope(), full.intermediateSize(), full.activation());
  }

  private static LayerSpec layer(Config config, int window) {
    int heads = Numbers.size(config, "num_attention_heads");
    int kvHeads = Numbers.kvHeads(config, heads, heads);
    int headDim = Numbers.headDim(config, Math.max(1, Numbers.size(config, "hidden_size") / heads));
    RopeConfig rope = RopeConfig.of(config);
    return new LayerSpec(
        new AttentionShape(heads, kvHeads, headDim, (float) Math.pow(headDim, -0.5), window),
        new Rope(headDim, rope.theta(10000), config.booleanValue("rope_traditional", false), rope.scaling()),
        Numbers.size(config, "intermediate_size"),
        Activation.SILU);
  }

  @Override
  public DecoderSpec spec() {
    return spec;
  }

  @Override
  public DecoderWeights weights(WeightLoader loader) {
    int hidden = spec.hiddenSize();
    Weight embedding = loader.matrix("model.embed_tokens", spec.vocabSize(), hidden, "vocab_size × hidden_size");
    List<LayerWeights> layers = new ArrayList<>();
    for (int l = 0; l < spec.layers().size(); l++) {
      layers.add(layer(loader, "model.layers." + l + ".", spec.layers().get(l)));
    }
    Linear head = tied
        ? new Linear(embedding, null)
        : loader.linear("lm_head", spec.vocabSize(), hidden, "vocab_size × hidden_size", false);
    return new DecoderWeights(embedding, layers, loader.vector("model.norm.weight", hidden, "hidden_size"), head);
  }

  private LayerWeights layer(WeightLoader loader, String at, LayerSpec layer) {
    Projections projections = new Projections(loader, at, spec.hiddenSize(), layer);
    return new LayerWeights(
        loader.vector(at + "input_layernorm.weight", spec.hiddenSize(), "hidden_size"),
        projections.q(attentionBias),
        projections.k(attentionBias),
        projections.v(attentionBias),
        null,
        null,
        projections.o(attentionBias),
        null,
        loader.vector(at + "post_attention_layernorm.weight", spec.hiddenSize(), "hidden_size"),
        projections.gate(mlpBias),
        projections.up(mlpBias),
        projections.down(mlpBias),
        null);
  }

  @Override
  public boolean mayIgnore(String tensor) {
    return tensor.endsWith("rotary_emb.inv_freq") || tied && tensor.startsWith("lm_head.");
  }
}
