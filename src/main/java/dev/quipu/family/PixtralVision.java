package dev.quipu.family;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.model.RopeScaling;
import dev.quipu.ops.Activation;
import dev.quipu.ops.Ops;
import dev.quipu.tensor.Linear;
import dev.quipu.vision.PixtralSpec;
import dev.quipu.vision.PixtralVisionAddOn;
import dev.quipu.vision.PixtralWeights;
import dev.quipu.vision.PixtralWeights.Layer;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The tower and projector of Pixtral, and of Mistral 3, which has a norm and a merger of patches in its projector.
 * Follows mlx_vlm/models/pixtral and mistral3.
 *
 * @param tower           prefix of the tower's tensors
 * @param projector       prefix of the projector's
 * @param merger          whether the projector has a norm and a merger
 * @param projectorBiases whether its two linear layers have biases
 */
record PixtralVision(PixtralSpec spec, String tower, String projector, boolean merger, boolean projectorBiases)
    implements VisionFamily {

  private static final String FIRST = "patch_conv.weight";
  // mlx-vlm's name, then those of Transformers
  private static final List<String> TOWERS = List.of(
      "vision_tower.vision_model.", "vision_tower.", "model.vision_tower.", "model.vision_encoder.");
  private static final int IMAGE_TOKEN = 10;
  private static final String SQUARE = "hidden_size × hidden_size of vision_config";
  private static final String WIDE = "intermediate_size × hidden_size of vision_config";
  private static final String WIDTH = "hidden_size of vision_config";
  private static final String TEXT = "hidden_size of text_config";

  /** Null where the checkpoint has no tower. */
  static PixtralVision of(Config config, Predicate<String> hasTensor) {
    String tower = VisionFamily.prefix(hasTensor, FIRST, TOWERS);
    if (tower == null) {
      return null;
    }
    String root = tower.startsWith("model.") ? "model." : "";
    String projector = root + (tower.contains("encoder") ? "vision_projection." : "multi_modal_projector.");
    boolean mistral3 = config.requireString("model_type").equals("mistral3");
    boolean biases = config.booleanValue("multimodal_projector_bias", false) || !mistral3;
    return new PixtralVision(spec(config, mistral3), tower, projector, mistral3, biases);
  }

  private static PixtralSpec spec(Config config, boolean mistral3) {
    Config vision = config.requireObject("vision_config");
    Config text = config.requireObject("text_config");
    Numbers.requireOneOf(vision, "model_type", "pixtral", "clip_vision_model");
    Numbers.requireOneOf(vision, "hidden_act", "silu", "gelu");
    Numbers.requireOneOf(config, "projector_hidden_act", "gelu");
    Numbers.requireOneOf(config, "vision_feature_select_strategy", "full");
    List.of("skip_vision", "projection_dim", "vocab_size").forEach(vision::get); // without effect
    int hidden = Numbers.size(vision, "hidden_size", 1024);
    int heads = Numbers.size(vision, "num_attention_heads", 16);
    int headDim = Numbers.headDim(vision, 64);
    int layers = Numbers.layers(vision, 24);
    int patch = Numbers.size(vision, "patch_size", 14);
    int image = Numbers.side(vision, "image_size", 336);
    if ((long) heads * headDim != hidden || headDim % 4 != 0) {
      throw vision.refuse("head_dim", "must be a multiple of 4, and hidden_size (" + hidden
          + ") that of num_attention_heads (" + heads + ") of them, but is " + headDim);
    }
    VisionFamily.refuseShapes(vision, patch, image);
    return new PixtralSpec(hidden, heads, Numbers.size(vision, "intermediate_size", 4096), layers,
        depth(config, layers), patch, image / patch, theta(vision, headDim),
        (float) vision.doubleValue("rms_norm_eps", 1e-5),
        vision.stringValue("hidden_act", "gelu").equals("silu") ? Activation.SILU : Activation.GELU_ERF,
        mistral3 ? Numbers.size(config, "spatial_merge_size", 2) : 1,
        (float) text.doubleValue("rms_norm_eps", 1e-6), Numbers.size(text, "hidden_size", 5120),
        Numbers.imageToken(config, IMAGE_TOKEN));
  }

  private static double theta(Config vision, int headDim) {
    RopeConfig rope = RopeConfig.of(vision);
    if (!rope.scaling(headDim).equals(new RopeScaling.None())) {
      throw rope.refuse("is not supported for a tower; supported: default");
    }
    return rope.theta(10_000);
  }

  /** Layers up to the one whose output is taken: counted from 0, which is before the first, or back from the last. */
  private static int depth(Config config, int layers) {
    int chosen = config.intValue("vision_feature_layer", -1);
    int depth = chosen < 0 ? layers + 1 + chosen : chosen;
    if (depth < 0 || depth > layers) {
      throw config.refuse("vision_feature_layer", "must name one of " + layers + " layers but is " + chosen);
    }
    return depth;
  }

  @Override
  public void check(WeightSource source) {
    read(source);
  }

  @Override
  public boolean owns(String tensor) {
    return (tensor.startsWith(tower) || tensor.startsWith(projector)) && !tensor.contains("position_ids");
  }

  @Override
  public VisionAddOn addOn(WeightSource source, Checkpoint checkpoint, Ops ops, VisionReference reference) {
    return new PixtralVisionAddOn(spec, () -> read(source), checkpoint, ops, reference);
  }

  private PixtralWeights read(WeightSource source) {
    int hidden = spec.hiddenSize();
    int text = spec.textHiddenSize();
    return new PixtralWeights(
        new Linear(source.convolution(
            tower + "patch_conv", hidden, spec.patchSize(), CHANNELS, "hidden_size, patch_size twice, 3"), null),
        source.vector(tower + "ln_pre.weight", hidden, WIDTH),
        IntStream.range(0, spec.layers())
            .mapToObj(l -> layer(source, tower + "transformer.layers." + l + ".")).toList(),
        merger ? source.vector(projector + "norm.weight", hidden, WIDTH) : null,
        merger ? source.linear(projector + "patch_merger.merging_layer", hidden, hidden * spec.merge() * spec.merge(),
            "hidden_size × hidden_size·spatial_merge_size²", false) : null,
        source.linear(projector + "linear_1", text, hidden, TEXT + " × " + WIDTH, projectorBiases),
        source.linear(projector + "linear_2", text, text, TEXT + ", twice", projectorBiases));
  }

  private Layer layer(WeightSource source, String at) {
    int hidden = spec.hiddenSize();
    int wide = spec.intermediateSize();
    return new Layer(
        source.vector(at + "attention_norm.weight", hidden, WIDTH),
        source.linear(at + "attention.q_proj", hidden, hidden, SQUARE, false),
        source.linear(at + "attention.k_proj", hidden, hidden, SQUARE, false),
        source.linear(at + "attention.v_proj", hidden, hidden, SQUARE, false),
        source.linear(at + "attention.o_proj", hidden, hidden, SQUARE, false),
        source.vector(at + "ffn_norm.weight", hidden, WIDTH),
        source.linear(at + "feed_forward.gate_proj", wide, hidden, WIDE, false),
        source.linear(at + "feed_forward.up_proj", wide, hidden, WIDE, false),
        source.linear(at + "feed_forward.down_proj", hidden, wide, "hidden_size × intermediate_size", false));
  }
}
