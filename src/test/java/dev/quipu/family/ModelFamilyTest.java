package dev.quipu.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.RopeScaling;
import dev.quipu.support.TinyCheckpoint;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModelFamilyTest {

  private static final String Q_PROJ = "model.layers.0.self_attn.q_proj";

  @TempDir
  private Path folder;

  private ModelFamily.Model load(TinyCheckpoint checkpoint, String... allowedKeys) throws IOException {
    try (Checkpoint opened = Checkpoint.open(checkpoint.write(folder))) {
      return ModelFamily.load(opened, Set.of(allowedKeys));
    }
  }

  @Test
  void aPlainLlamaLoads() throws IOException {
    DecoderSpec spec = load(new TinyCheckpoint()).spec();
    assertThat(spec.hiddenSize()).isEqualTo(64);
    assertThat(spec.layers().getFirst().attention())
        .isEqualTo(new AttentionShape(4, 2, 16, 0.25f, AttentionShape.ALL));
    assertThat(spec.layers().getFirst().rope().base()).isEqualTo(10_000);
  }

  @Test
  void rotaryTablesOfOldCheckpointsAreSuperfluous() throws IOException {
    assertThat(load(new TinyCheckpoint().tensor("model.layers.0.self_attn.rotary_emb.inv_freq", 8))).isNotNull();
  }

  @Test
  void aKeyThatTheUserVouchesForIsIgnored() throws IOException {
    TinyCheckpoint checkpoint = new TinyCheckpoint().config("attn_output_gate", "true");
    assertThat(load(checkpoint, "attn_output_gate")).isNotNull();
  }

  @Test
  void ropeParametersOfTransformers5AreRead() throws IOException {
    DecoderSpec spec = load(new TinyCheckpoint().config("rope_parameters",
        "{\"rope_type\": \"linear\", \"factor\": 4.0, \"rope_theta\": 5e5}")).spec();
    assertThat(spec.layers().getFirst().rope().base()).isEqualTo(5e5);
    assertThat(spec.layers().getFirst().rope().scaling())
        .isEqualTo(new RopeScaling.Linear(4));
  }

  /** mlx_lm/models/rope_utils.py, initialize_rope. */
  @Test
  void threeSectionsForImagesArePlainRopeForText() throws IOException {
    DecoderSpec spec = load(new TinyCheckpoint().config("rope_scaling",
        "{\"type\": \"mrope\", \"mrope_section\": [4, 2, 2]}")).spec();
    assertThat(spec.layers().getFirst().rope().scaling()).isEqualTo(new RopeScaling.None());
  }

  /** mlx_lm/models/rope_utils.py, initialize_rope. */
  @Test
  void theOlderNameOfTheKindOfRopeGoesFirst() throws IOException {
    DecoderSpec spec = load(new TinyCheckpoint().config("rope_scaling",
        "{\"rope_type\": \"default\", \"type\": \"linear\", \"factor\": 4.0}")).spec();
    assertThat(spec.layers().getFirst().rope().scaling()).isEqualTo(new RopeScaling.Linear(4));
  }

  @Test
  void quantizationThatNobodyNamesIsInferredFromShapes() throws IOException {
    TinyCheckpoint checkpoint = new TinyCheckpoint().quantized(Q_PROJ, "BF16", 64, 64, 6, 32)
        .config("quantization", "{\"group_size\": 64, \"bits\": 4}");
    Weight weight = load(checkpoint).weights().layers().getFirst().qProj().weight();
    assertThat(weight).isInstanceOfSatisfying(Weight.Affine.class, affine -> {
      assertThat(affine.bits()).isEqualTo(6);
      assertThat(affine.groupSize()).isEqualTo(32);
    });
  }

  @Test
  void aLayerOfItsOwnFormatGoesBeforeTheWhole() throws IOException {
    TinyCheckpoint checkpoint = new TinyCheckpoint().quantized(Q_PROJ, "F16", 64, 64, 8, 64)
        .config("quantization", "{\"group_size\": 64, \"bits\": 4, \"" + Q_PROJ + "\": {\"group_size\": 64, "
            + "\"bits\": 8}, \"lm_head\": false}");
    Weight weight = load(checkpoint).weights().layers().getFirst().qProj().weight();
    assertThat(((Weight.Affine) weight).bits()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void smallFloatsAreNamedOrInferredFromShapes(Packing.Micro packing) throws IOException {
    String entry = "{\"mode\": \"" + packing.mode() + "\"}"; // bits and group are the mode's own
    String whole = "{\"bits\": 4, \"group_size\": 64}";
    for (String json : new String[] {whole, "{\"" + Q_PROJ + "\": " + entry + "}", entry}) {
      TinyCheckpoint checkpoint = new TinyCheckpoint().micro(Q_PROJ, 64, 64, packing).config("quantization", json);
      Weight weight = load(checkpoint).weights().layers().getFirst().qProj().weight();
      assertThat(weight).as(json).isInstanceOfSatisfying(Weight.MicroScaled.class,
          micro -> assertThat(micro.packing()).isEqualTo(packing));
    }
  }

  @Test
  void aMethodWhoseTensorsAreThoseOfMlxIsRead() throws IOException {
    TinyCheckpoint checkpoint = new TinyCheckpoint().micro(Q_PROJ, 64, 64, Packing.Micro.MXFP8)
        .config("quantization_config", "{\"quant_method\": \"mxfp8\", \"modules_to_not_convert\": []}");
    assertThat(load(checkpoint).weights().layers().getFirst().qProj().weight()).isInstanceOf(Weight.MicroScaled.class);
  }

  @Test
  void whatAnEntryLeavesOutIsTheModesDefault() throws IOException {
    TinyCheckpoint checkpoint = new TinyCheckpoint().quantized(Q_PROJ, "F16", 64, 64, 8, 64)
        .config("quantization", "{\"group_size\": 32, \"bits\": 4, \"" + Q_PROJ + "\": {\"bits\": 8}}");
    Weight weight = load(checkpoint).weights().layers().getFirst().qProj().weight();
    assertThat(((Weight.Affine) weight).groupSize()).isEqualTo(64);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("an unknown architecture", c -> c.config("model_type", "\"mamba\""),
            "config.json", "model_type", "\"mamba\"", "supported: llama"),
        refusal("code of its own", c -> c.config("model_file", "\"evil.py\""), "model_file"),
        refusal("a size that is missing", c -> c.config("hidden_size", null), "config.json: hidden_size is missing"),
        refusal("a size that is no number", c -> c.config("hidden_size", "\"64\""),
            "hidden_size must be an integer but is 64 (a string)"),
        refusal("a negative size", c -> c.config("num_hidden_layers", "-1"), "num_hidden_layers", "-1"),
        refusal("heads out of proportion", c -> c.config("num_key_value_heads", "3"),
            "num_key_value_heads must divide num_attention_heads (4) but is 3"),
        refusal("an odd head", c -> c.config("head_dim", "15"), "head_dim must be even but is 15"),
        refusal("an unknown key", c -> c.config("attn_output_gate", "true"),
            "\"attn_output_gate\" may change the result", "--allow-config-key attn_output_gate"),
        refusal("an unknown key of RoPE",
            c -> c.config("rope_scaling", "{\"type\": \"linear\", \"factor\": 2, \"spin\": 1}"), "rope_scaling.spin"),
        refusal("an unknown RoPE", c -> c.config("rope_scaling", "{\"rope_type\": \"spiral\", \"factor\": 2}"),
            "rope_scaling.rope_type \"spiral\" is not supported; supported: default, linear, dynamic, llama3"),
        refusal("RoPE without its factor", c -> c.config("rope_scaling", "{\"type\": \"linear\"}"),
            "rope_scaling.factor is missing"),
        refusal("another activation", c -> c.config("hidden_act", "\"gelu\""), "hidden_act", "gelu", "silu"),
        refusal("layer types of another number",
            c -> c.config("layer_types", "[\"full_attention\", \"full_attention\"]"), "2 entries for 1 layers"),
        refusal("an unknown layer type", c -> c.config("layer_types", "[\"linear_attention\"]"),
            "\"linear_attention\" is not supported"),
        refusal("a sliding layer without a window", c -> c.config("layer_types", "[\"sliding_attention\"]"),
            "sliding_window must be in [1, 16777216] for the sliding layers of layer_types but is 0"),
        refusal("a window longer than any context", c -> c.config("layer_types", "[\"sliding_attention\"]")
            .config("sliding_window", "2147483646"), "sliding_window must be in [1, 16777216]"),
        refusal("a missing tensor", c -> c.without(Q_PROJ + ".weight"), Q_PROJ + ".weight"),
        refusal("a misshapen tensor", c -> c.tensor(Q_PROJ + ".weight", 32, 64),
            Q_PROJ + ".weight: expected [64, 64] (num_attention_heads·head_dim × hidden_size), the file has [32, 64]"),
        refusal("a tensor that nobody reads", c -> c.tensor("model.layers.0.mlp.experts.weight", 4),
            "model.layers.0.mlp.experts.weight"),
        refusal("biases that the config does not mention", c -> c.tensor(Q_PROJ + ".bias", 64), Q_PROJ + ".bias"),
        refusal("a bias that the config promises", c -> c.config("attention_bias", "true"), Q_PROJ + ".bias"),
        refusal("whole numbers for a norm", c -> c.tensor("model.norm.weight", "I32", 4, 64),
            "model.norm.weight: expected F32, F16 or BF16, the file has I32"),
        refusal("seven bits", c -> c.config("quantization", "{\"group_size\": 64, \"bits\": 7}"),
            "quantization.bits must be 1, 2, 3, 4, 5, 6 or 8 but is 7"),
        refusal("groups of 48", c -> c.config("quantization", "{\"group_size\": 48, \"bits\": 4}"),
            "quantization.group_size must be 32, 64 or 128 but is 48"),
        refusal("another mode", c -> c.config("quantization", "{\"group_size\": 32, \"bits\": 4, \"mode\": \"mxfp6\"}"),
            "quantization.mode \"mxfp6\" is not supported; supported: affine, mxfp4, mxfp8, nvfp4"),
        refusal("bits that the mode has not", c -> c.config("quantization", "{\"bits\": 8, \"mode\": \"mxfp4\"}"),
            "quantization.bits must be 4 for mxfp4 but is 8"),
        refusal("a group that the mode has not",
            c -> c.config("quantization", "{\"group_size\": 32, \"mode\": \"nvfp4\"}"),
            "quantization.group_size must be 16 for nvfp4 but is 32"),
        refusal("a scale for the whole tensor", c -> c.micro(Q_PROJ, 64, 64, Packing.Micro.NVFP4)
            .tensor(Q_PROJ + ".global_scale", 1), Q_PROJ + ".global_scale"),
        refusal("a scale for the whole tensor, in the config", c -> c.config("quantization",
            "{\"" + Q_PROJ + "\": {\"mode\": \"nvfp4\", \"global_scale\": true}}"), Q_PROJ + ".global_scale"),
        refusal("floats where the mode has bytes", c -> c.quantized(Q_PROJ, "BF16", 64, 64, 4, 32)
            .config("quantization", "{\"" + Q_PROJ + "\": {\"mode\": \"mxfp4\"}}"),
            Q_PROJ + ".scales: expected U8, the file has BF16"),
        refusal("bytes where the mode has floats", c -> c.micro(Q_PROJ, 64, 64, Packing.Micro.MXFP4)
            .tensor(Q_PROJ + ".biases", "U8", 1, 64, 2)
            .config("quantization", "{\"" + Q_PROJ + "\": {\"group_size\": 32}}"),
            Q_PROJ + ".scales: expected F32, F16 or BF16, the file has U8"),
        refusal("bytes that fit no mode", c -> c.micro(Q_PROJ, 64, 64, Packing.Micro.MXFP4)
            .tensor(Q_PROJ + ".scales", "U8", 1, 64, 1), Q_PROJ + ".weight", "with scales of one byte"),
        refusal("another method", c -> c.config("quantization_config", "{\"quant_method\": \"awq\", \"bits\": 4}"),
            "quant_method \"awq\" is not supported", "mlx_lm.convert"),
        refusal("packed words without scales", c -> c.tensor(Q_PROJ + ".weight", "U32", 4, 64, 8),
            Q_PROJ + ".scales is missing"),
        refusal("biases beside scales of one byte", c -> c.quantized(Q_PROJ, "BF16", 64, 64, 4, 32)
            .tensor(Q_PROJ + ".scales", "U8", 1, 64, 2), Q_PROJ + ".biases"),
        refusal("scales of another type than biases", c -> c.quantized(Q_PROJ, "BF16", 64, 64, 4, 32)
            .tensor(Q_PROJ + ".biases", "F32", 4, 64, 2), Q_PROJ + ".biases: expected BF16, the file has F32"),
        refusal("scales that fit no format", c -> c.quantized(Q_PROJ, "BF16", 64, 64, 4, 32)
            .tensor(Q_PROJ + ".scales", "BF16", 2, 64, 3), Q_PROJ));
  }

  private static Arguments refusal(String name, UnaryOperator<TinyCheckpoint> spoil, String... mentions) {
    return Arguments.of(name, spoil, mentions);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void isRefusedByName(String name, UnaryOperator<TinyCheckpoint> spoil, String[] mentions) {
    assertThatExceptionOfType(QuipuException.class)
        .isThrownBy(() -> load(spoil.apply(new TinyCheckpoint())))
        .satisfies(e -> assertThat(e.getMessage()).contains(Arrays.asList(mentions)));
  }
}
