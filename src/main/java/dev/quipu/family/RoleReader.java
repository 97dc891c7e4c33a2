package dev.quipu.family;

import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.DecoderWeights;
import dev.quipu.model.DecoderWeights.PerLayerInputs;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.LayerWeights;
import dev.quipu.model.LayerWeights.Experts;
import dev.quipu.model.LayerWeights.PerLayerInput;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds a decoder's weights by role, with the shapes that its numbers ask for. Knows names; knows no format. */
final class RoleReader {

  private static final String VOCABULARY = "vocab_size × hidden_size";
  private static final String QUERIES = "num_attention_heads·head_dim × hidden_size";
  private static final String KEYS = "num_key_value_heads·head_dim × hidden_size";
  private static final String ATTENDED = "hidden_size × num_attention_heads·head_dim";
  private static final String MLP = "intermediate_size × hidden_size";
  private static final String EXPERTS = "num_experts·moe_intermediate_size × hidden_size";
  private static final String DOWN = "hidden_size × intermediate_size";

  private final WeightSource source;
  private final DecoderSpec spec;
  private final Layout layout;
  private final int hidden;

  RoleReader(WeightSource source, Family family) {
    this.source = source;
    this.spec = family.spec();
    this.layout = family.layout();
    this.hidden = spec.hiddenSize();
  }

  DecoderWeights read() {
    String model = layout.place().model();
    Weight embedding = source.matrix(model + "embed_tokens", spec.vocabSize(), hidden, VOCABULARY);
    List<LayerWeights> layers = new ArrayList<>();
    for (int l = 0; l < spec.layers().size(); l++) {
      layers.add(layer(model + "layers." + l + ".", spec.layers().get(l)));
    }
    return new DecoderWeights(embedding, perLayerInputs(model), layers, norm(model + "norm"), head(embedding));
  }

  private PerLayerInputs perLayerInputs(String model) {
    int width = spec.perLayerWidth();
    if (width == 0) {
      return null;
    }
    int all = spec.layers().size() * width;
    return new PerLayerInputs(
        source.matrix(model + "embed_tokens_per_layer", spec.vocabSize(), all,
            "vocab_size_per_layer_input × num_hidden_layers·hidden_size_per_layer_input"),
        source.linear(model + "per_layer_model_projection", all, hidden,
            "num_hidden_layers·hidden_size_per_layer_input × hidden_size", false),
        norm(model + "per_layer_projection_norm", width, "hidden_size_per_layer_input"));
  }

  private Linear head(Weight embedding) {
    String path = layout.place().head();
    boolean own = layout.head() == Head.OWN || layout.head() == Head.IF_THERE && source.has(path + ".weight");
    return own ? source.linear(path, spec.vocabSize(), hidden, VOCABULARY, false) : new Linear(embedding, null);
  }

  private LayerWeights layer(String at, LayerSpec layer) {
    boolean sandwich = layout.has(Trait.SANDWICH_NORMS);
    int headDim = layer.attention().headDim();
    Linear[] qkv = qkv(at + "self_attn.", layer);
    Linear[] gateUp = gateUp(at + "mlp.", layer.intermediateSize());
    return new LayerWeights(
        norm(at + "input_layernorm"),
        qkv[0],
        qkv[1],
        qkv[2],
        layout.has(Trait.HEAD_NORMS) ? headNorm(at + "self_attn.q_norm", headDim) : null,
        layout.has(Trait.HEAD_NORMS) && qkv[1] != null ? headNorm(at + "self_attn.k_norm", headDim) : null,
        layout.has(Trait.VALUE_NORM) && qkv[1] != null ? ones(headDim) : null,
        source.linear(at + "self_attn.o_proj", hidden, queries(layer), ATTENDED, layout.has(Trait.O_BIAS)),
        sandwich ? norm(at + "post_attention_layernorm") : null,
        norm(at + (sandwich ? "pre_feedforward_layernorm" : "post_attention_layernorm")),
        gateUp[0],
        gateUp[1],
        source.linear(at + "mlp.down_proj", hidden, layer.intermediateSize(), DOWN, layout.has(Trait.MLP_BIAS)),
        layer.experts() == null ? null : experts(at, layer.experts()),
        sandwich ? norm(at + "post_feedforward_layernorm") : null,
        perLayerInput(at),
        layout.has(Trait.LAYER_SCALAR) ? source.vector(at + "layer_scalar", 1, "one a layer")[0] : 1);
  }

  /** q, k and v; null for those that the layer lacks. */
  private Linear[] qkv(String at, LayerSpec layer) {
    int queries = queries(layer);
    int keys = layer.attention().kvHeads() * layer.attention().headDim();
    if (layout.has(Trait.FUSED_PROJECTIONS)) {
      String meaning = "(num_attention_heads + 2·num_key_value_heads)·head_dim × hidden_size";
      Weight fused = source.matrix(at + "qkv_proj", queries + 2 * keys, hidden, meaning);
      return parts(fused, queries, keys, keys);
    }
    boolean bias = layout.has(Trait.QKV_BIAS);
    boolean own = layer.keys().layer() == LayerSpec.Keys.OWN;
    if (!own) { // Gemma 4: there, and not needed
      List.of("k_proj", "v_proj", "k_norm").forEach(module -> source.ignore(at + module));
    }
    return new Linear[] {
      source.linear(at + "q_proj", queries, hidden, QUERIES, bias),
      own ? source.linear(at + "k_proj", keys, hidden, KEYS, bias) : null,
      own && layer.keys().values() ? source.linear(at + "v_proj", keys, hidden, KEYS, bias) : null
    };
  }

  private Linear[] gateUp(String at, int size) {
    if (layout.has(Trait.FUSED_PROJECTIONS)) {
      return parts(source.matrix(at + "gate_up_proj", 2 * size, hidden, "2·" + MLP), size, size);
    }
    boolean bias = layout.has(Trait.MLP_BIAS);
    return new Linear[] {
      source.linear(at + "gate_proj", size, hidden, MLP, bias),
      source.linear(at + "up_proj", size, hidden, MLP, bias)
    };
  }

  private PerLayerInput perLayerInput(String at) {
    int width = spec.perLayerWidth();
    return width == 0 ? null : new PerLayerInput(
        source.linear(at + "per_layer_input_gate", width, hidden, "hidden_size_per_layer_input × hidden_size", false),
        source.linear(at + "per_layer_projection", hidden, width, "hidden_size × hidden_size_per_layer_input", false),
        norm(at + "post_per_layer_input_norm"));
  }

  private Experts experts(String at, LayerSpec.Experts sizes) {
    float[] routerNorm = source.vector(at + "router.scale", hidden, "hidden_size");
    for (int i = 0; i < hidden; i++) {
      routerNorm[i] *= (float) Math.pow(hidden, -0.5);
    }
    return new Experts(
        norm(at + "post_feedforward_layernorm_1"),
        routerNorm,
        source.linear(at + "router.proj", sizes.count(), hidden, "num_experts × hidden_size", false),
        source.vector(at + "router.per_expert_scale", sizes.count(), "num_experts"),
        norm(at + "pre_feedforward_layernorm_2"),
        expertGateUp(at + "experts.", sizes),
        expertDown(at + "experts.", sizes),
        norm(at + "post_feedforward_layernorm_2"));
  }

  /** As mlx-lm names them, or as Transformers does: gate and up in one, dense. */
  private List<Linear[]> expertGateUp(String at, LayerSpec.Experts sizes) {
    int count = sizes.count();
    int size = sizes.intermediateSize();
    if (source.has(at + "gate_up_proj")) {
      return source.denseStack(at + "gate_up_proj", count, 2 * size, hidden, EXPERTS).stream()
          .map(both -> parts(both, size, size)).toList();
    }
    List<Weight> gate = source.stack(at + "switch_glu.gate_proj", count, size, hidden, EXPERTS);
    List<Weight> up = source.stack(at + "switch_glu.up_proj", count, size, hidden, EXPERTS);
    List<Linear[]> both = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      both.add(new Linear[] {new Linear(gate.get(e), null), new Linear(up.get(e), null)});
    }
    return both;
  }

  private List<Linear> expertDown(String at, LayerSpec.Experts sizes) {
    String meaning = "num_experts·hidden_size × moe_intermediate_size";
    List<Weight> down = source.has(at + "down_proj")
        ? source.denseStack(at + "down_proj", sizes.count(), hidden, sizes.intermediateSize(), meaning)
        : source.stack(at + "switch_glu.down_proj", sizes.count(), hidden, sizes.intermediateSize(), meaning);
    return down.stream().map(weight -> new Linear(weight, null)).toList();
  }

  /** The rows of several projections that lie one below the other, as one weight each. */
  private static Linear[] parts(Weight fused, int... rows) {
    Linear[] parts = new Linear[rows.length];
    int from = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Linear(fused.rows(from, rows[i]), null);
      from += rows[i];
    }
    return parts;
  }

  private float[] norm(String path) {
    return norm(path, hidden, "hidden_size");
  }

  private float[] headNorm(String path, int headDim) {
    return norm(path, headDim, "head_dim");
  }

  private float[] norm(String path, int size, String meaning) {
    float[] weight = source.vector(path + ".weight", size, meaning);
    for (int i = 0; i < size && layout.has(Trait.NORMS_LESS_ONE); i++) {
      weight[i] += 1;
    }
    return weight;
  }

  private static float[] ones(int size) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int queries(LayerSpec layer) {
    return layer.attention().heads() * layer.attention().headDim();
  }
}
