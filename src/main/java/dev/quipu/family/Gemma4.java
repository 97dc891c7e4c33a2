package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.LayerSpec.Experts;
import dev.quipu.model.LayerSpec.Keys;
import dev.quipu.model.Rope;
import dev.quipu.model.RopeScaling;
import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The text model of Gemma 4, by itself or out of a multimodal checkpoint. It differs from Gemma 3 in this:
 *
 * <ul>
 *   <li>norm weights are stored as they are, the embedding's scale is not rounded, and attention is not scaled
 *   <li>a norm on each head of v, too, without a weight
 *   <li>layers that see everything have wider heads, may have fewer of them for keys, and may take keys as values
 *   <li>of those heads the first quarter of the pairs turns ({@code proportional})
 *   <li>the last layers read the keys and values of the last one of their kind that has its own; their MLP is twice as
 *       wide
 *   <li>each layer has an input of its own beside the stream (E2B, E4B), and ends with a factor
 *   <li>a mixture of experts beside each MLP (26B)
 *   <li>a soft cap on the logits
 * </ul>
 *
 * <p>Follows mlx_lm/models/gemma4_text.py and gemma4.py, defaults included.
 */
final class Gemma4 {

  private static final int VOCABULARY = 262144;
  private static final Pattern LAYER = Pattern.compile("[0-9]{1,5}");

  private final Config config;
  private final int layers;
  private final int ownKeys; // layers before those that read the keys of others
  private final boolean[] sliding;

  private Gemma4(Config config) {
    this.config = config;
    this.layers = Numbers.layers(config, 35);
    int shared = config.intValue("num_kv_shared_layers", 20);
    if (shared < 0 || shared >= layers) {
      throw config.refuse("num_kv_shared_layers", "must be in [0, " + (layers - 1) + "] but is " + shared);
    }
    this.ownKeys = layers - shared;
    this.sliding = sliding();
  }

  /** {@code gemma4_text}: the text model alone. */
  static Family text(Config config) {
    return new Gemma4(config).family(Place.ROOT, Numbers.size(config, "vocab_size", VOCABULARY));
  }

  /** {@code gemma4}, {@code gemma4_unified}: the text model of a multimodal checkpoint; towers stay unread. */
  static Family wrapped(Config config, Place place) {
    Config text = Numbers.textConfig(config, List.of("vision_config", "audio_config", "boi_token_id", "eoi_token_id",
        "image_token_id", "video_token_id", "boa_token_id", "eoa_token_id", "eoa_token_index", "audio_token_id",
        "vision_soft_tokens_per_image", "tie_word_embeddings"));
    Numbers.requireOneOf(text, "model_type", "gemma4_text", "gemma4_unified_text");
    int inText = Numbers.size(text, "vocab_size", VOCABULARY);
    return new Gemma4(text).family(place, Numbers.size(config, "vocab_size", inText));
  }

  private Family family(Place place, int vocabSize) {
    refuseVariants();
    int hidden = Numbers.size(config, "hidden_size", 1536);
    DecoderSpec spec = new DecoderSpec(
        hidden,
        vocabSize,
        Numbers.size(config, "max_position_embeddings", 131072),
        (float) config.doubleValue("rms_norm_eps", 1e-6),
        (float) Math.sqrt(hidden),
        layers())
        .withLogitSoftcap(logitSoftcap())
        .withPerLayerWidth(perLayerWidth(vocabSize));
    Head head = Head.tied(config.booleanValue("tie_word_embeddings", true));
    return new Family(spec, Layout.of(place, head,
        Trait.SANDWICH_NORMS, Trait.HEAD_NORMS, Trait.VALUE_NORM, Trait.LAYER_SCALAR));
  }

  private void refuseVariants() {
    Numbers.requireOneOf(config, "hidden_activation", "gelu_pytorch_tanh");
    Numbers.requireOff(config, "attention_bias");
    Object ahead = config.get("use_bidirectional_attention");
    if (ahead != null && !ahead.equals(false) && !ahead.equals("vision")) { // vision: among an image's tokens only
      throw config.refuse("use_bidirectional_attention", "is " + ahead + ", which is not supported");
    }
    config.get("global_partial_rotary_factor"); // read by mlx-lm, and never used
    config.get("partial_rotary_factor"); // likewise
  }

  private float logitSoftcap() {
    return isNull("final_logit_softcapping") ? 0 : (float) config.doubleValue("final_logit_softcapping", 30);
  }

  /** Whether the key is there without a value: mlx-lm takes that for none, and its default where the key is absent. */
  private boolean isNull(String key) {
    return config.keys().contains(key) && !config.has(key);
  }

  private int perLayerWidth(int vocabSize) {
    int width = config.intValue("hidden_size_per_layer_input", isNull("hidden_size_per_layer_input") ? 0 : 256);
    int largest = Numbers.LARGEST / layers;
    if (width < 0 || width > largest) {
      throw config.refuse("hidden_size_per_layer_input",
          "must be in [0, " + largest + "] for " + layers + " layers but is " + width);
    }
    int rows = Numbers.size(config, "vocab_size_per_layer_input", VOCABULARY);
    if (width > 0 && rows != vocabSize) {
      throw config.refuse("vocab_size_per_layer_input", "must be vocab_size (" + vocabSize + ") but is " + rows);
    }
    return width;
  }

  private boolean[] sliding() {
    boolean[] listed = LayerTypes.sliding(config, layers);
    int pattern = Numbers.size(config, "sliding_window_pattern", 5);
    if (listed == null) {
      listed = new boolean[layers];
      for (int l = 0; l < layers; l++) {
        listed[l] = (l + 1) % pattern != 0;
      }
    }
    return listed;
  }

  private List<LayerSpec> layers() {
    boolean valuesAreKeys = config.booleanValue("attention_k_eq_v", false);
    AttentionShape local = localAttention();
    AttentionShape global = globalAttention(local, valuesAreKeys);
    Rope localRope = rope(LayerTypes.SLIDING, local.headDim());
    Rope globalRope = rope(LayerTypes.FULL, global.headDim());
    Experts experts = experts();
    List<LayerSpec> specs = new ArrayList<>();
    for (int l = 0; l < layers; l++) {
      specs.add(new LayerSpec(
          sliding[l] ? local : global,
          sliding[l] ? localRope : globalRope,
          intermediateSize(l),
          Activation.GELU_TANH,
          new Keys(keysOf(l), sliding[l] || !valuesAreKeys),
          experts));
    }
    return specs;
  }

  private AttentionShape localAttention() {
    int heads = Numbers.size(config, "num_attention_heads", 8);
    int kvHeads = Numbers.kvHeads(config, heads, 1);
    int window = Numbers.size(config, "sliding_window", 512);
    return Numbers.attention(config, heads, kvHeads, Numbers.headDim(config, 256), 1, window);
  }

  private AttentionShape globalAttention(AttentionShape local, boolean valuesAreKeys) {
    int headDim = config.intValue("global_head_dim", isNull("global_head_dim") ? 0 : ofWideLayers("head_dim", 512));
    headDim = headDim == 0 ? local.headDim() : Numbers.even(config, "global_head_dim", headDim);
    int kvHeads = config.intValue("num_global_key_value_heads", ofWideLayers("num_key_value_heads", local.kvHeads()));
    kvHeads = valuesAreKeys ? kvHeads : local.kvHeads();
    if (kvHeads < 1 || local.heads() % kvHeads != 0) {
      throw config.refuse("num_global_key_value_heads",
          "must divide num_attention_heads (" + local.heads() + ") but is " + kvHeads);
    }
    return Numbers.attention(config, local.heads(), kvHeads, headDim, 1, AttentionShape.ALL);
  }

  /** Transformers 5 writes what is special about the layers that see everything for each by itself. */
  private int ofWideLayers(String key, int absent) {
    Config perLayer = config.object("per_layer_config");
    int found = absent;
    for (String layer : perLayer == null ? Set.<String>of() : perLayer.keys()) {
      int value = perLayer.requireObject(layer).intValue(key, absent);
      if (found != absent && value != found || !isWide(layer)) {
        throw perLayer.refuse(layer, "sets a layer apart that is not like the others that see everything");
      }
      found = value;
    }
    return found;
  }

  private boolean isWide(String layer) {
    int l = LAYER.matcher(layer).matches() ? Integer.parseInt(layer) : layers;
    return l < layers && !sliding[l];
  }

  private Rope rope(String type, int headDim) {
    boolean traditional = config.booleanValue("rope_traditional", false);
    if (!config.has("rope_parameters")) {
      return type.equals(LayerTypes.SLIDING)
          ? new Rope(headDim, 10_000, traditional, new RopeScaling.None())
          : new Rope(headDim, 1_000_000, traditional, new RopeScaling.Proportional(0.25, 1));
    }
    RopeConfig rope = RopeConfig.of(config, type);
    if (rope == null) {
      throw config.refuse("rope_parameters", "has no entry \"" + type + "\"");
    }
    rope.requireWhole();
    return new Rope(headDim, rope.theta(10_000), traditional, rope.scaling(headDim));
  }

  private int intermediateSize(int l) {
    int size = Numbers.size(config, "intermediate_size", 6144);
    return config.booleanValue("use_double_wide_mlp", true) && l >= ownKeys ? 2 * size : size;
  }

  /** Of a layer without keys of its own, the last one of its kind that has some. */
  private int keysOf(int l) {
    if (l < ownKeys) {
      return Keys.OWN;
    }
    for (int before = ownKeys - 1; before >= 0; before--) {
      if (sliding[before] == sliding[l]) {
        return before;
      }
    }
    throw config.refuse("num_kv_shared_layers", "leaves layer " + l + " no earlier layer of its type to read from");
  }

  private Experts experts() {
    if (!config.booleanValue("enable_moe_block", false)) {
      List.of("num_experts", "top_k_experts", "moe_intermediate_size").forEach(config::get); // without effect
      return null;
    }
    int count = Numbers.size(config, "num_experts");
    int chosen = Numbers.size(config, "top_k_experts");
    if (chosen > count) {
      throw config.refuse("top_k_experts", "must be at most num_experts (" + count + ") but is " + chosen);
    }
    return new Experts(count, chosen, Numbers.size(config, "moe_intermediate_size"));
  }
}
