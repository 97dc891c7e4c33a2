package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Rope;
import dev.quipu.model.RopeScaling;
import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The text model of Gemma 3, by itself or out of a multimodal checkpoint. It differs from Llama in this:
 *
 * <ul>
 *   <li>embeddings × √hidden_size, which is rounded to bfloat16 first
 *   <li>norm weights are stored less one: y = x̂ · (1 + w)
 *   <li>norms also after attention and after the MLP, on what is added to the stream
 *   <li>a norm on each head of q and k, before RoPE
 *   <li>five layers of six see a sliding window and turn with a θ of their own, unscaled; the sixth sees everything
 *   <li>attention is scaled by query_pre_attn_scalar^−½, and the gate is GELU (tanh)
 *   <li>a head of its own only if the checkpoint has one
 * </ul>
 *
 * <p>Follows mlx_lm/models/gemma3_text.py and gemma3.py.
 */
final class Gemma3 {

  private Gemma3() {}

  /** What config.json means by leaving a key out, which depends on where the text model stands. */
  private record Defaults(int heads, int kvHeads, int vocabSize) {}

  /** {@code gemma3_text}: the text model alone. */
  static Family text(Config config) {
    int vocabSize = Numbers.size(config, "vocab_size", 262144);
    return of(config, Place.ROOT, new Defaults(4, 1, vocabSize));
  }

  /** {@code gemma3}: the text model of a multimodal checkpoint; its eyes are {@link Gemma3Vision}. */
  static Family wrapped(Config config, Place place) {
    // the images' business; the head is tied unless it is there
    Config text = Numbers.textConfig(config, List.of("vision_config", "mm_tokens_per_image", "boi_token_index",
        "eoi_token_index", "image_token_index", "boi_token_id", "eoi_token_id", "image_token_id",
        "tie_word_embeddings"));
    Numbers.requireOneOf(text, "model_type", "gemma3_text");
    int inText = Numbers.size(text, "vocab_size", 262208);
    return of(text, place, new Defaults(8, 4, Numbers.size(config, "vocab_size", inText)));
  }

  private static Family of(Config config, Place place, Defaults defaults) {
    refuseVariants(config);
    int hidden = Numbers.size(config, "hidden_size", 1152);
    DecoderSpec spec = new DecoderSpec(
        hidden,
        defaults.vocabSize,
        Numbers.size(config, "max_position_embeddings", 32768),
        (float) config.doubleValue("rms_norm_eps", 1e-6),
        roundedToBFloat16((float) Math.sqrt(hidden)),
        layers(config, defaults));
    return new Family(spec,
        Layout.of(place, Head.IF_THERE, Trait.NORMS_LESS_ONE, Trait.SANDWICH_NORMS, Trait.HEAD_NORMS));
  }

  private static void refuseVariants(Config config) {
    Numbers.requireOneOf(config, "hidden_activation", "gelu_pytorch_tanh");
    Numbers.requireOneOf(config, "hidden_act", "gelu_pytorch_tanh");
    Numbers.requireOff(config, "attention_bias");
    Numbers.requireOff(config, "use_bidirectional_attention");
    config.get("tie_word_embeddings"); // the head is tied unless it is there
    for (String cap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      if (config.has(cap)) {
        throw config.refuse(cap, "is " + config.get(cap) + ", which is not supported for Gemma 3");
      }
    }
  }

  private static List<LayerSpec> layers(Config config, Defaults defaults) {
    int count = Numbers.layers(config, 26);
    boolean[] sliding = sliding(config, count);
    int headDim = Numbers.headDim(config, 256);
    Rope localRope = localRope(config, headDim);
    Rope globalRope = globalRope(config, headDim);
    int window = Numbers.size(config, "sliding_window", 512);
    LayerSpec local = layer(config, defaults, headDim, window, localRope);
    LayerSpec global = layer(config, defaults, headDim, AttentionShape.ALL, globalRope);
    List<LayerSpec> layers = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      layers.add(sliding[l] ? local : global);
    }
    return layers;
  }

  private static LayerSpec layer(Config config, Defaults defaults, int headDim, int window, Rope rope) {
    int heads = Numbers.size(config, "num_attention_heads", defaults.heads);
    int kvHeads = Numbers.kvHeads(config, heads, defaults.kvHeads);
    float scale = (float) Math.pow(config.doubleValue("query_pre_attn_scalar", 256), -0.5);
    return new LayerSpec(
        Numbers.attention(config, heads, kvHeads, headDim, scale, window),
        rope,
        Numbers.size(config, "intermediate_size", 6912),
        Activation.GELU_TANH);
  }

  // mlx-lm knows the pattern only; layer_types, which Transformers writes, says the same
  private static boolean[] sliding(Config config, int layers) {
    boolean[] listed = LayerTypes.sliding(config, layers);
    int pattern = Numbers.size(config, "_sliding_window_pattern", 6);
    if (config.has("sliding_window_pattern") || listed == null) {
      pattern = Numbers.size(config, "sliding_window_pattern", pattern);
      listed = new boolean[layers];
      for (int l = 0; l < layers; l++) {
        listed[l] = (l + 1) % pattern != 0;
      }
    }
    return listed;
  }

  private static Rope localRope(Config config, int headDim) {
    double theta = config.doubleValue("rope_local_base_freq", 10_000);
    RopeConfig rope = RopeConfig.of(config, LayerTypes.SLIDING);
    return rope == null
        ? new Rope(headDim, theta, false, new RopeScaling.None())
        : new Rope(headDim, rope.theta(theta), false, rope.scaling(headDim));
  }

  private static Rope globalRope(Config config, int headDim) {
    RopeConfig byType = RopeConfig.of(config, LayerTypes.FULL);
    RopeConfig rope = byType == null ? RopeConfig.of(config) : byType;
    double theta = rope.theta(1_000_000);
    // mlx-vlm's name for it, which is all that mlx-vlm reads
    return new Rope(headDim, config.doubleValue("rope_global_base_freq", theta), false, rope.scaling(headDim));
  }

  /** To the nearest bfloat16, ties to even: √640 → 25.25. MLX rounds the scale before it multiplies. */
  static float roundedToBFloat16(float x) {
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
  }
}
