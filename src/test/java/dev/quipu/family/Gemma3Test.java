package dev.quipu.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.RopeScaling;
import dev.quipu.tensor.AttentionShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Gemma3Test {

  private static DecoderSpec spec(String json) {
    return Gemma3.text(Config.of("config.json", Json.parse(json, "config.json"))).spec();
  }

  private static boolean slides(LayerSpec layer) {
    return layer.attention().window() != AttentionShape.ALL;
  }

  /** mlx: mx.array(hidden ** 0.5, mx.bfloat16). */
  @ParameterizedTest
  @CsvSource({"640, 25.25", "1152, 34", "2560, 50.5", "3840, 62", "5376, 73.5"})
  void theEmbeddingScaleIsRoundedToBFloat16(int hidden, float scale) {
    assertThat(spec("{\"hidden_size\": " + hidden + "}").embedScale()).isEqualTo(scale);
  }

  @Test
  void everySixthLayerSeesEverything() {
    DecoderSpec spec = spec("{\"num_hidden_layers\": 7, \"sliding_window\": 128}");
    assertThat(spec.layers().stream().map(Gemma3Test::slides)).containsExactly(
        true, true, true, true, true, false, true);
    assertThat(spec.layers().getFirst().attention().window()).isEqualTo(128);
  }

  @Test
  void layerTypesCountWhereThereIsNoPattern() {
    String types = "\"layer_types\": [\"full_attention\", \"sliding_attention\"]";
    assertThat(spec("{\"num_hidden_layers\": 2, " + types + "}").layers().stream().map(Gemma3Test::slides))
        .containsExactly(false, true);
    assertThat(spec("{\"num_hidden_layers\": 2, \"sliding_window_pattern\": 2, " + types + "}").layers().stream()
        .map(Gemma3Test::slides)).containsExactly(true, false);
  }

  @Test
  void onlyLayersThatSeeEverythingAreScaled() {
    DecoderSpec spec = spec("{\"num_hidden_layers\": 6, \"rope_theta\": 1e6, \"rope_local_base_freq\": 1e4, "
        + "\"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8.0}}");
    assertThat(spec.layers().getFirst().rope().base()).isEqualTo(1e4);
    assertThat(spec.layers().getFirst().rope().scaling()).isEqualTo(new RopeScaling.None());
    assertThat(spec.layers().getLast().rope().base()).isEqualTo(1e6);
    assertThat(spec.layers().getLast().rope().scaling()).isEqualTo(new RopeScaling.Linear(8));
  }

  /** mlx_vlm/models/gemma3/config.py reads no other. */
  @Test
  void mlxVlmsNameForTheGlobalBaseCountsMost() {
    DecoderSpec spec = spec("{\"num_hidden_layers\": 6, \"rope_theta\": 5e5, \"rope_global_base_freq\": 3e6}");
    assertThat(spec.layers().getLast().rope().base()).isEqualTo(3e6);
    assertThat(spec.layers().getFirst().rope().base()).isEqualTo(1e4);
  }

  @Test
  void ropeParametersOfTransformers5HaveAnEntryALayerType() {
    DecoderSpec spec = spec("{\"num_hidden_layers\": 6, \"rope_parameters\": {"
        + "\"sliding_attention\": {\"rope_type\": \"default\", \"rope_theta\": 20000.0}, "
        + "\"full_attention\": {\"rope_type\": \"linear\", \"factor\": 8.0, \"rope_theta\": 2e6}}}");
    assertThat(spec.layers().getFirst().rope().base()).isEqualTo(20_000);
    assertThat(spec.layers().getLast().rope().base()).isEqualTo(2e6);
    assertThat(spec.layers().getLast().rope().scaling()).isEqualTo(new RopeScaling.Linear(8));
  }
}
