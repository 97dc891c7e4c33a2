package dev.quipu.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.ops.Activation;
import dev.quipu.vision.Gemma3VisionSpec;
import dev.quipu.vision.PixtralSpec;
import dev.quipu.vision.SiglipSpec;
import dev.quipu.vision.VisionReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json says of towers: numbers, defaults of mlx-vlm, refusals by name. */
class VisionFamilyTest {

  private static final String GEMMA = """
      "model_type": "gemma3", "text_config": {"hidden_size": 2560}, "vision_config": {
      "hidden_size": 1152, "image_size": 896, "intermediate_size": 4304, "model_type": "siglip_vision_model",
      "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 14, "vision_use_head": false%s}""";
  private static final String MISTRAL = """
      "model_type": "mistral3", "text_config": {"hidden_size": 5120, "rms_norm_eps": 1e-05}, "vision_config": {
      "attention_dropout": 0.0, "head_dim": 64, "hidden_act": "silu", "hidden_size": 1024, "image_size": 1540,
      "initializer_range": 0.02, "intermediate_size": 4096, "model_type": "pixtral", "num_attention_heads": 16,
      "num_channels": 3, "num_hidden_layers": 24, "patch_size": 14, "rope_theta": 10000.0%s}""";

  @TempDir
  Path folder;

  private static VisionFamily read(String json) {
    Config config = Config.of("config.json", Json.parse("{" + json.replace('\'', '"') + "}", "config.json"));
    VisionFamily family = VisionFamily.of(config, _ -> true);
    config.object("text_config").keys().forEach(config.object("text_config")::get);
    HarmlessKeys.refuseOthers(config, Set.of());
    return family;
  }

  private static Gemma3VisionSpec gemma(String vision, String outer) {
    return ((Gemma3Vision) read(GEMMA.formatted(vision) + outer)).spec();
  }

  private static PixtralSpec pixtral(String vision, String outer) {
    return ((PixtralVision) read(MISTRAL.formatted(vision) + outer)).spec();
  }

  @Test
  void gemma3AsGoogleHasIt() {
    Gemma3VisionSpec spec = gemma("", ", 'image_token_index': 262144, 'mm_tokens_per_image': 256");
    assertThat(spec.tower()).isEqualTo(new SiglipSpec(1152, 16, 4304, 27, 896, 14, 1e-6f));
    assertThat(spec.tower().patches()).isEqualTo(4096);
    assertThat(spec.rowsAlong()).isEqualTo(16);
    assertThat(spec.imageTokenId()).isEqualTo(262144);
  }

  @ParameterizedTest
  @CsvSource({"MLX, 45.254834", "MIXED, 50.596443", "HF, 50.5"})
  void rowsAreDividedByWhatTheReferenceSays(VisionReference reference, float divisor) {
    assertThat(gemma("", "").divisor(reference)).isEqualTo(divisor); // √2048, √2560, the latter as a bfloat16
  }

  @Test
  void mlxTakesTheOuterHiddenSizeForTheTextModels() {
    assertThat(gemma("", ", 'hidden_size': 2560").divisor(VisionReference.MLX)).isEqualTo(50.596443f);
  }

  @Test
  void theTextModelSaysFirstHowManyRowsThereAre() {
    String json = GEMMA.formatted("").replace("2560}", "2560, 'mm_tokens_per_image': 64}");
    assertThat(((Gemma3Vision) read(json + ", 'mm_tokens_per_image': 256")).spec().rowsAlong()).isEqualTo(8);
  }

  @Test
  void mistral3AsMistralHasIt() {
    PixtralSpec spec = pixtral("", ", 'image_token_index': 10, 'multimodal_projector_bias': false, "
        + "'projector_hidden_act': 'gelu', 'spatial_merge_size': 2, 'vision_feature_layer': -1");
    assertThat(spec).isEqualTo(new PixtralSpec(
        1024, 16, 4096, 24, 24, 14, 110, 10_000, 1e-5f, Activation.SILU, 2, 1e-5f, 5120, 10));
  }

  @Test
  void featuresMayComeFromAnEarlierLayer() {
    assertThat(pixtral("", ", 'vision_feature_layer': -3").depth()).isEqualTo(22);
    assertThat(pixtral("", ", 'vision_feature_layer': 5").depth()).isEqualTo(5);
    assertThat(pixtral("", ", 'vision_feature_layer': 0").depth()).isZero();
  }

  @Test
  void thetaMayStandInRopeParameters() {
    assertThat(pixtral(", 'rope_theta': null, 'rope_parameters': {'rope_type': 'default', 'rope_theta': 500.0}", "")
        .theta()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      gemma | , 'num_attention_heads': 5 | | vision_config.num_attention_heads must divide hidden_size (1152)
      gemma | , 'patch_size': 900 | | vision_config.patch_size must be at most image_size (896) but is 900
      gemma | , 'num_channels': 1 | | vision_config.num_channels must be 3 but is 1
      gemma | , 'vision_use_head': true | | vision_config.vision_use_head is true, which is not supported
      gemma | , 'hidden_act': 'gelu' | | vision_config.hidden_act "gelu" is not supported
      gemma | , 'registers': 4 | | unknown key "vision_config.registers" may change the result
      gemma | , 'image_size': 99999 | | vision_config.image_size must be in [1, 16384] but is 99999
      gemma | | , 'mm_tokens_per_image': 255 | mm_tokens_per_image must be the square of a divisor of 64
      gemma | | , 'mm_tokens_per_image': 9 | mm_tokens_per_image must be the square of a divisor of 64
      gemma | | , 'image_token_index': -1 | image_token_index must not be negative but is -1
      mistral | , 'head_dim': 32 | | vision_config.head_dim must be a multiple of 4, and hidden_size (1024)
      mistral | , 'rope_scaling': {'type': 'linear', 'factor': 2.0} | | vision_config.rope_scaling.type "linear" is not
      mistral | , 'hidden_act': 'relu' | | vision_config.hidden_act "relu" is not supported; supported: silu, gelu
      mistral | | , 'vision_feature_layer': 25 | vision_feature_layer must name one of 24 layers but is 25
      mistral | | , 'vision_feature_layer': -26 | vision_feature_layer must name one of 24 layers but is -26
      mistral | | , 'projector_hidden_act': 'relu' | projector_hidden_act "relu" is not supported
      mistral | | , 'vision_feature_select_strategy': 'default' | vision_feature_select_strategy "default" is not
      mistral | | , 'spatial_merge_size': 0 | spatial_merge_size must be in
      """)
  void whatIsNotComputedIsRefused(String model, String vision, String outer, String reason) {
    String json = (model.equals("gemma") ? GEMMA : MISTRAL).formatted(vision == null ? "" : vision);
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> read(json + (outer == null ? "" : outer)))
        .withMessageStartingWith("config.json: ").withMessageContaining(reason);
  }

  /** A copy of a golden's checkpoint, with one tensor called otherwise. */
  private Path renamed(String model, String tensor, String name) throws IOException {
    Path golden = Path.of("golden/models", model);
    Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
    String bytes = Files.readString(golden.resolve("model.safetensors"), StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains('"' + tensor + '"');
    Files.writeString(folder.resolve("model.safetensors"), bytes.replace('"' + tensor + '"', '"' + name + '"'),
        StandardCharsets.ISO_8859_1);
    return folder;
  }

  @ParameterizedTest
  @CsvSource({
      "gemma3-vl-f32, vision_tower.vision_model.encoder.layers.1.mlp.fc1.bias, vision_tower.vision_model.encoder.layers.1.mlp.fc1.bbbb",
      "pixtral-vl-f32, multi_modal_projector.linear_2.weight, multi_modal_projector.linear_3.weight",
      "mistral3-vl-f32, multi_modal_projector.norm.weight, multi_modal_projector.nor_.weight"})
  void aTensorThatTheTowerLacksIsToldWhenTheModelIsLoaded(String model, String tensor, String name) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(renamed(model, tensor, name))) {
      assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> ModelFamily.load(checkpoint, Set.of()))
          .withMessageStartingWith(tensor + ": ").withMessageContaining("has no such tensor");
    }
  }

  @Test
  void withoutItsFirstTensorThereIsNoTower() throws IOException {
    String first = "vision_tower.vision_model.patch_conv.weight";
    try (Checkpoint checkpoint = Checkpoint.open(renamed("pixtral-vl-f32", first, first.replace("conv", "cnov")))) {
      assertThat(ModelFamily.load(checkpoint, Set.of()).vision()).isNull();
    }
  }
}
