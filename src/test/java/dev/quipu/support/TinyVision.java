package dev.quipu.support;

import dev.quipu.checkpoint.SafeTensorsWriter;
import dev.quipu.checkpoint.SafeTensorsWriter.Declaration;
import dev.quipu.tensor.DType;
import dev.quipu.text.Tokenizer;
import dev.quipu.vision.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import javax.imageio.ImageIO;

/**
 * Whole checkpoints of small models that see: random weights, seeded, the tower's in a file of their own; a tokenizer
 * whose line breaks grow together; a chat template and a processor.
 */
public final class TinyVision {

  /** Whose tower and text model. */
  public enum Kind {
    GEMMA3,
    PIXTRAL,
    MISTRAL3
  }

  public static final String TEXT_FILE = "model-00001-of-00002.safetensors";
  public static final String TOWER_FILE = "model-00002-of-00002.safetensors";
  public static final int ROWS = 4; // of an image, in Gemma 3

  private static final String BYTES = "{}[]\":,\\-._Ġ?Ċ0123456789abcdefghijklmnopqrstuvwxyz";
  private static final String[] MERGES = {"Ċ Ċ", "ĊĊ Ċ", "a b", "{ \"", "\" :"};
  private static final String[] SPECIAL = {"<pad>", "<bos>", "<start_of_turn>", "<end_of_turn>", "<start_of_image>",
      "<image_soft_token>", "<end_of_image>", "[IMG]", "[IMG_BREAK]", "[IMG_END]"};
  private static final List<String> TOKENS = tokens();

  /** Logits, one for each token. */
  public static final int VOCAB = TOKENS.size();

  private static final int HIDDEN = 32;
  private static final int HEAD_DIM = 32;
  private static final int TOWER_HIDDEN = 24;
  private static final int TOWER_INTERMEDIATE = 40;

  private final Random random = new Random(4711);
  private final Map<String, Declaration> declared = new LinkedHashMap<>();

  private final Kind kind;

  private TinyVision(Kind kind) {
    this.kind = kind;
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>(BYTES.chars().mapToObj(Character::toString).toList());
    for (String merge : MERGES) {
      tokens.add(merge.replace(" ", ""));
    }
    tokens.addAll(List.of(SPECIAL));
    return tokens;
  }

  /** The id of a token. */
  public static int id(String token) {
    return TOKENS.indexOf(token);
  }

  public static Tokenizer tokenizer() {
    return Tokenizer.load(new ByteArrayInputStream(tokenizerJson().getBytes(StandardCharsets.UTF_8)), "tokenizer.json");
  }

  private static String tokenizerJson() {
    StringJoiner vocabulary = new StringJoiner(", ", "{", "}");
    TOKENS.forEach(token -> vocabulary.add(quoted(token) + ": " + id(token)));
    StringJoiner merges = new StringJoiner(", ", "[", "]");
    List.of(MERGES).forEach(merge -> merges.add(quoted(merge)));
    StringJoiner added = new StringJoiner(", ", "[", "]");
    for (String special : SPECIAL) {
      added.add("""
          {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
          "special": true}""".formatted(id(special), special));
    }
    return """
        {"added_tokens": %s, "normalizer": null, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
        "trim_offsets": true, "use_regex": false}, "decoder": {"type": "ByteLevel", "add_prefix_space": false,
        "trim_offsets": true, "use_regex": false},
        "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
        "special_tokens": {"<bos>": {"id": "<bos>", "ids": [%d], "tokens": ["<bos>"]}}},
        "truncation": null, "padding": null, "version": "1.0",
        "model": {"type": "BPE", "vocab": %s, "merges": %s}}""".formatted(added, id("<bos>"), vocabulary, merges);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A Gemma 3. */
  public static Path write(Path folder) {
    return write(Kind.GEMMA3, folder);
  }

  /** Writes a checkpoint. */
  public static Path write(Kind kind, Path folder) {
    TinyVision vision = new TinyVision(kind);
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), kind == Kind.GEMMA3 ? gemmaConfig() : vision.mistralConfig());
      Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson());
      Files.writeString(folder.resolve("tokenizer_config.json"),
          "{\"bos_token\": \"<bos>\", \"eos_token\": \"<end_of_turn>\"}");
      Files.writeString(folder.resolve("preprocessor_config.json"),
          kind == Kind.GEMMA3 ? GEMMA_PROCESSOR : PIXTRAL_PROCESSOR);
      Files.writeString(folder.resolve("chat_template.jinja"), """
          {{ bos_token }}{% for m in messages %}{{ '<start_of_turn>' + m.role + '\\n' }}\
          {% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}\
          {{ '[IMG]' if p.type == 'image' else p.text }}{% endfor %}{% endif %}\
          {{ '<end_of_turn>\\n' }}{% endfor %}\
          {% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}""");
      vision.writeText("language_model.", folder.resolve(TEXT_FILE));
      vision.writeTower(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the weights of {@link #gemmaTextConfig}, the same as in a whole checkpoint. */
  public static void writeTextAlone(Path folder) {
    TinyVision vision = new TinyVision(Kind.GEMMA3);
    vision.writeText("", folder.resolve("model.safetensors"));
  }

  private static final String GEMMA_PROCESSOR = """
      {"image_processor_type": "Gemma3ImageProcessor", "size": {"height": 28, "width": 28}, "resample": 2,
      "rescale_factor": 0.00392156862745098, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}""";
  private static final String PIXTRAL_PROCESSOR = """
      {"image_processor_type": "PixtralImageProcessor", "size": {"longest_edge": 28}, "patch_size": 7}""";

  private static String gemmaConfig() {
    return """
        {"model_type": "gemma3", "image_token_index": %d, "boi_token_index": %d, "eoi_token_index": %d,
        "mm_tokens_per_image": %d, "vocab_size": %d, "eos_token_id": %d, "pad_token_id": %d, "text_config": %s,
        "vision_config": {"model_type": "siglip_vision_model", "hidden_size": %d, "intermediate_size": %d,
        "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 28, "patch_size": 7}}"""
        .formatted(id("<image_soft_token>"), id("<start_of_image>"), id("<end_of_image>"), ROWS, VOCAB,
            id("<end_of_turn>"), id("<pad>"), gemmaTextConfig(), TOWER_HIDDEN, TOWER_INTERMEDIATE);
  }

  /** Of the text model of a Gemma 3 by itself, but for the vocabulary. */
  public static String gemmaTextConfig() {
    return """
        {"model_type": "gemma3_text", "hidden_size": %d, "num_hidden_layers": 3, "num_attention_heads": 4,
        "num_key_value_heads": 2, "head_dim": %d, "intermediate_size": 48, "query_pre_attn_scalar": 16,
        "sliding_window": 24, "sliding_window_pattern": 3, "max_position_embeddings": 4000, "vocab_size": %d,
        "rms_norm_eps": 1e-6, "rope_theta": 1000000.0}""".formatted(HIDDEN, HEAD_DIM, VOCAB);
  }

  private String mistralConfig() {
    return """
        {"model_type": "%s", "image_token_index": %d, "eos_token_id": %d, "spatial_merge_size": %d,
        "text_config": {"model_type": "mistral", "hidden_size": %d, "num_hidden_layers": 3, "num_attention_heads": 4,
        "num_key_value_heads": 2, "head_dim": %d, "intermediate_size": 48, "max_position_embeddings": 4000,
        "vocab_size": %d, "rms_norm_eps": 1e-5, "rope_theta": 1000000.0},
        "vision_config": {"model_type": "pixtral", "hidden_size": %d, "intermediate_size": %d,
        "num_hidden_layers": 2, "num_attention_heads": 3, "head_dim": 8, "image_size": 28, "patch_size": 7,
        "rope_theta": 10000.0, "hidden_act": "silu"}}"""
        .formatted(kind.name().toLowerCase(Locale.ROOT), id("[IMG]"), id("<end_of_turn>"),
            kind == Kind.MISTRAL3 ? 2 : 1, HIDDEN, HEAD_DIM, VOCAB, TOWER_HIDDEN, TOWER_INTERMEDIATE);
  }

  private void writeText(String root, Path file) {
    String model = root + "model.";
    tensor(model + "embed_tokens.weight", VOCAB, HIDDEN);
    tensor(model + "norm.weight", HIDDEN);
    for (int l = 0; l < 3; l++) {
      layer(model + "layers." + l + ".");
    }
    tensor(root + "lm_head.weight", VOCAB, HIDDEN); // else it would say the last token again and again
    writeFile(file);
  }

  private void writeTower(Path folder) {
    if (kind == Kind.GEMMA3) {
      siglip("vision_tower.vision_model.");
      tensor("multi_modal_projector.mm_input_projection_weight", TOWER_HIDDEN, HIDDEN);
      tensor("multi_modal_projector.mm_soft_emb_norm.weight", TOWER_HIDDEN);
    } else {
      pixtral("vision_tower.vision_model.");
      projector("multi_modal_projector.");
    }
    writeFile(folder.resolve(TOWER_FILE));
  }

  private void layer(String layer) {
    List<String> norms = List.of("input", "post_attention", "pre_feedforward", "post_feedforward");
    for (String norm : norms.subList(0, kind == Kind.GEMMA3 ? 4 : 2)) {
      tensor(layer + norm + "_layernorm.weight", HIDDEN);
    }
    tensor(layer + "self_attn.q_proj.weight", 4 * HEAD_DIM, HIDDEN);
    tensor(layer + "self_attn.k_proj.weight", 2 * HEAD_DIM, HIDDEN);
    tensor(layer + "self_attn.v_proj.weight", 2 * HEAD_DIM, HIDDEN);
    tensor(layer + "self_attn.o_proj.weight", HIDDEN, 4 * HEAD_DIM);
    if (kind == Kind.GEMMA3) {
      tensor(layer + "self_attn.q_norm.weight", HEAD_DIM);
      tensor(layer + "self_attn.k_norm.weight", HEAD_DIM);
    }
    tensor(layer + "mlp.gate_proj.weight", 48, HIDDEN);
    tensor(layer + "mlp.up_proj.weight", 48, HIDDEN);
    tensor(layer + "mlp.down_proj.weight", HIDDEN, 48);
  }

  private void siglip(String tower) {
    tensor(tower + "embeddings.patch_embedding.weight", TOWER_HIDDEN, 7, 7, 3);
    tensor(tower + "embeddings.patch_embedding.bias", TOWER_HIDDEN);
    tensor(tower + "embeddings.position_embedding.weight", 16, TOWER_HIDDEN);
    for (int l = 0; l < 2; l++) {
      String layer = tower + "encoder.layers." + l + ".";
      biased(layer + "layer_norm1", TOWER_HIDDEN);
      biased(layer + "layer_norm2", TOWER_HIDDEN);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        biased(layer + "self_attn." + projection, TOWER_HIDDEN, TOWER_HIDDEN);
      }
      biased(layer + "mlp.fc1", TOWER_INTERMEDIATE, TOWER_HIDDEN);
      biased(layer + "mlp.fc2", TOWER_HIDDEN, TOWER_INTERMEDIATE);
    }
    biased(tower + "post_layernorm", TOWER_HIDDEN);
  }

  private void pixtral(String tower) {
    tensor(tower + "patch_conv.weight", TOWER_HIDDEN, 7, 7, 3);
    tensor(tower + "ln_pre.weight", TOWER_HIDDEN);
    for (int l = 0; l < 2; l++) {
      String layer = tower + "transformer.layers." + l + ".";
      tensor(layer + "attention_norm.weight", TOWER_HIDDEN);
      tensor(layer + "ffn_norm.weight", TOWER_HIDDEN);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
        tensor(layer + "attention." + projection + ".weight", TOWER_HIDDEN, TOWER_HIDDEN);
      }
      tensor(layer + "feed_forward.gate_proj.weight", TOWER_INTERMEDIATE, TOWER_HIDDEN);
      tensor(layer + "feed_forward.up_proj.weight", TOWER_INTERMEDIATE, TOWER_HIDDEN);
      tensor(layer + "feed_forward.down_proj.weight", TOWER_HIDDEN, TOWER_INTERMEDIATE);
    }
  }

  private void projector(String projector) {
    if (kind == Kind.MISTRAL3) {
      tensor(projector + "norm.weight", TOWER_HIDDEN);
      tensor(projector + "patch_merger.merging_layer.weight", TOWER_HIDDEN, 4 * TOWER_HIDDEN);
      tensor(projector + "linear_1.weight", HIDDEN, TOWER_HIDDEN);
      tensor(projector + "linear_2.weight", HIDDEN, HIDDEN);
    } else {
      biased(projector + "linear_1", HIDDEN, TOWER_HIDDEN);
      biased(projector + "linear_2", HIDDEN, HIDDEN);
    }
  }

  private void biased(String path, long... shape) {
    tensor(path + ".weight", shape);
    tensor(path + ".bias", shape[0]);
  }

  private void tensor(String name, long... shape) {
    declared.put(name, new Declaration(name, DType.F32, shape));
  }

  private void writeFile(Path file) {
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, declared.values(), Map.of("format", "mlx"))) {
      for (Declaration tensor : declared.values()) {
        writer.write(tensor.name(), values(tensor));
      }
      writer.finish();
    }
    declared.clear();
  }

  private float[] values(Declaration tensor) {
    int size = 1;
    for (long side : tensor.shape()) {
      size *= (int) side;
    }
    double deviation = tensor.shape().length == 1 ? 0.2 : 1 / Math.sqrt((double) size / tensor.shape()[0]);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /** A picture of noise. */
  public static Image image(int seed, int width, int height) {
    return new Image(png(seed, width, height), "image-" + seed + ".png", true);
  }

  /** As a file. */
  public static byte[] png(int seed, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random noise = new Random(seed);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, noise.nextInt());
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }
}
