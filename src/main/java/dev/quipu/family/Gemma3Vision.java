package dev.quipu.family;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.ops.Ops;
import dev.quipu.tensor.Linear;
import dev.quipu.vision.Gemma3VisionAddOn;
import dev.quipu.vision.Gemma3VisionSpec;
import dev.quipu.vision.Gemma3VisionWeights;
import dev.quipu.vision.SiglipSpec;
import dev.quipu.vision.SiglipWeights;
import dev.quipu.vision.SiglipWeights.Layer;
import dev.quipu.vision.SiglipWeights.Norm;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Gemma 3's SigLIP tower and projector. The norm of the projector is stored less one, as all of Gemma's; the projection
 * is a bare parameter [in, out]. Follows mlx_vlm/models/gemma3.
 *
 * @param tower     prefix of the tower's tensors
 * @param projector prefix of the projector's
 */
record Gemma3Vision(Gemma3VisionSpec spec, String tower, String projector) implements VisionFamily {

  private static final String FIRST = "embeddings.patch_embedding.weight";
  private static final List<String> TOWERS = List.of("vision_tower.vision_model.", "model.vision_tower.vision_model.");
  private static final int OUTER_HIDDEN_SIZE = 2048; // of mlx_vlm/models/gemma3/config.py
  private static final int IMAGE_TOKEN = 262144;
  private static final String SQUARE = "hidden_size × hidden_size of vision_config";

  /** Null where the checkpoint has no tower. */
  static Gemma3Vision of(Config config, Predicate<String> hasTensor) {
    String tower = VisionFamily.prefix(hasTensor, FIRST, TOWERS);
    return tower == null ? null
        : new Gemma3Vision(spec(config), tower, tower.substring(0, tower.indexOf("vision")) + "multi_modal_projector.");
  }

  private static Gemma3VisionSpec spec(Config config) {
    Config text = config.requireObject("text_config");
    SiglipSpec tower = siglip(config.requireObject("vision_config"));
    int tokens = Numbers.size(text, "mm_tokens_per_image", Numbers.size(config, "mm_tokens_per_image", 256));
    int along = (int) Math.round(Math.sqrt(tokens));
    if (along * along != tokens || tower.side() % along != 0) {
      throw config.refuse("mm_tokens_per_image", "must be the square of a divisor of " + tower.side()
          + ", the patches along a side of a view, but is " + tokens);
    }
    int hidden = Numbers.size(text, "hidden_size", 1152);
    return new Gemma3VisionSpec(tower, along, hidden, Gemma3.roundedToBFloat16((float) Math.sqrt(hidden)),
        Numbers.size(config, "hidden_size", OUTER_HIDDEN_SIZE), Numbers.imageToken(config, IMAGE_TOKEN),
        config.intValue("pad_token_id", 0));
  }

  private static SiglipSpec siglip(Config vision) {
    Numbers.requireOneOf(vision, "model_type", "siglip_vision_model", "gemma3", "gemma3_vision");
    Numbers.requireOneOf(vision, "hidden_act", "gelu_pytorch_tanh");
    Numbers.requireOff(vision, "vision_use_head");
    List.of("skip_vision", "projection_dim", "projector_hidden_act").forEach(vision::get); // without effect
    int hidden = Numbers.size(vision, "hidden_size");
    int heads = Numbers.size(vision, "num_attention_heads");
    int patch = Numbers.size(vision, "patch_size");
    int image = Numbers.side(vision, "image_size", 224);
    if (hidden % heads != 0) {
      throw vision.refuse("num_attention_heads", "must divide hidden_size (" + hidden + ") but is " + heads);
    }
    VisionFamily.refuseShapes(vision, patch, image);
    return new SiglipSpec(hidden, heads, Numbers.size(vision, "intermediate_size"), Numbers.layers(vision),
        image, patch, (float) vision.doubleValue("layer_norm_eps", 1e-6));
  }

  @Override
  public void check(WeightSource source) {
    read(source);
  }

  @Override
  public boolean owns(String tensor) {
    return (tensor.startsWith(tower) || tensor.startsWith(projector)) && !tensor.endsWith("position_ids");
  }

  @Override
  public VisionAddOn addOn(WeightSource source, Checkpoint checkpoint, Ops ops, VisionReference reference) {
    return new Gemma3VisionAddOn(spec, () -> read(source), checkpoint, ops, reference);
  }

  private Gemma3VisionWeights read(WeightSource source) {
    int hidden = spec.tower().hiddenSize();
    float[] norm = source.vector(projector + "mm_soft_emb_norm.weight", hidden, "hidden_size of vision_config");
    for (int i = 0; i < hidden; i++) {
      norm[i] += 1;
    }
    return new Gemma3VisionWeights(tower(source), norm, new Linear(source.transposed(
        projector + "mm_input_projection_weight", spec.textHiddenSize(), hidden,
        "hidden_size of vision_config × hidden_size of text_config"), null));
  }

  private SiglipWeights tower(WeightSource source) {
    SiglipSpec s = spec.tower();
    String patches = tower + "embeddings.patch_embedding";
    return new SiglipWeights(
        new Linear(
            source.convolution(patches, s.hiddenSize(), s.patchSize(), CHANNELS, "hidden_size, patch_size twice, 3"),
            source.vector(patches + ".bias", s.hiddenSize(), "hidden_size of vision_config")),
        source.matrix(tower + "embeddings.position_embedding", s.patches(), s.hiddenSize(),
            "(image_size / patch_size)² × hidden_size of vision_config"),
        IntStream.range(0, s.layers()).mapToObj(l -> layer(source, tower + "encoder.layers." + l + ".")).toList(),
        norm(source, tower + "post_layernorm"));
  }

  private Layer layer(WeightSource source, String at) {
    int hidden = spec.tower().hiddenSize();
    int wide = spec.tower().intermediateSize();
    return new Layer(
        norm(source, at + "layer_norm1"),
        source.linear(at + "self_attn.q_proj", hidden, hidden, SQUARE, true),
        source.linear(at + "self_attn.k_proj", hidden, hidden, SQUARE, true),
        source.linear(at + "self_attn.v_proj", hidden, hidden, SQUARE, true),
        source.linear(at + "self_attn.out_proj", hidden, hidden, SQUARE, true),
        norm(source, at + "layer_norm2"),
        source.linear(at + "mlp.fc1", wide, hidden, "intermediate_size × hidden_size of vision_config", true),
        source.linear(at + "mlp.fc2", hidden, wide, "hidden_size × intermediate_size of vision_config", true));
  }

  private Norm norm(WeightSource source, String path) {
    int hidden = spec.tower().hiddenSize();
    return new Norm(
        source.vector(path + ".weight", hidden, "hidden_size of vision_config"),
        source.vector(path + ".bias", hidden, "hidden_size of vision_config"));
  }
}
