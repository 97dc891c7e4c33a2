package dev.quipu.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.RopeScaling;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a family does not compute, it refuses by name; what a config leaves out, it fills in as mlx-lm does. */
class FamilyRefusalsTest {

  private static final String SIZES = """
      "hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2,
      "intermediate_size": 96, "vocab_size": 10, "rms_norm_eps": 1e-5""";

  /** The smallest config of the type; what is given comes later and so goes before. */
  private static Family read(String type, String... more) {
    String own = switch (type) {
      case "qwen3" -> ", \"head_dim\": 16, \"tie_word_embeddings\": true, \"rope_theta\": 1e6";
      case "helium" -> ", \"tie_word_embeddings\": true, \"rope_theta\": 1e5, \"max_position_embeddings\": 100";
      case "gemma", "gemma2" -> ", \"head_dim\": 16";
      case "gemma4_text" -> ", \"head_dim\": 16, \"num_kv_shared_layers\": 0, \"vocab_size_per_layer_input\": 10";
      case "ministral3" -> ", \"rope_parameters\": {\"rope_theta\": 1e6, \"llama_4_scaling_beta\": 0.1, "
          + "\"original_max_position_embeddings\": 16}";
      default -> "";
    };
    String changes = more.length == 0 ? "" : ", " + String.join(", ", more);
    String json = "{\"model_type\": \"" + type + "\", " + SIZES + own + changes + "}";
    Config config = Config.of("config.json", Json.parse(json.replace('\'', '"'), "config.json"));
    Family family = ModelFamily.of(config, name -> false);
    HarmlessKeys.refuseOthers(config, Set.of());
    return family;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
      qwen2 | 'use_sliding_window': true | use_sliding_window is true, which is not supported
      qwen2 | 'layer_types': ['full_attention', 'sliding_attention', 'full_attention', 'full_attention'] | layer_types
      qwen2 | 'use_mrope': true | use_mrope is true
      qwen2 | 'num_key_value_heads': null | num_key_value_heads is missing
      qwen2 | 'hidden_act': 'gelu' | hidden_act "gelu" is not supported; supported: silu
      qwen2 | 'dual_chunk_attention_config': {} | unknown key "dual_chunk_attention_config"
      qwen3 | 'head_dim': null | head_dim is missing
      qwen3 | 'tie_word_embeddings': null | tie_word_embeddings is missing
      qwen3 | 'rope_theta': null | rope_theta is missing
      qwen3 | 'rope_theta': 0 | rope_theta must be above 0 but is 0.0
      qwen2 | 'rope_parameters': {'rope_type': 'default', 'rope_theta': -1} | rope_theta must be above 0 but is -1.0
      qwen3 | 'attention_bias': true | attention_bias is true
      qwen3 | 'rope_theta': NaN | rope_theta must be above 0 but is NaN
      qwen3 | 'rope_theta': {'__float__': 'x'} | rope_theta must be a number but is {__float__=x} (an object)
      qwen3 | 'num_hidden_layers': 4097 | num_hidden_layers must be in [1, 4096] but is 4097
      qwen3 | 'num_attention_heads': 2097152 | num_attention_heads must be at most 1048576 for heads of 16 channels
      smollm3 | 'no_rope_layers': [1, 1, 1] | no_rope_layers has 3 entries for 4 layers
      smollm3 | 'no_rope_layers': [1, 1, 1, 2] | no_rope_layers must hold 0 and 1 but has 2
      phi3 | 'partial_rotary_factor': 0.2 | partial_rotary_factor must leave an even number of the 16 channels
      phi3 | 'rope_scaling': {'type': 'yarn', 'factor': 2} | rope_scaling.type "yarn" is not supported for phi3
      phi3 | 'rope_scaling': {'type': 'longrope'} | rope_scaling.long_factor is missing
      phi3 | 'rope_scaling': {'type': 'longrope', 'long_factor': [1, 1, 1]} | long_factor must have 8 entries, one for
      phi3 | 'lm_head_bias': true | lm_head_bias is true
      helium | 'rope_scaling': {'type': 'linear', 'factor': 2} | "linear" is not supported for helium
      helium | 'rope_theta': null | rope_theta is missing
      ministral3 | 'rope_parameters': null | rope_parameters is missing
      ministral3 | 'rope_parameters': {'rope_theta': 1e6} | rope_parameters.llama_4_scaling_beta is missing
      ministral3 | 'attention_bias': true | attention_bias is true
      mistral3 | 'image_token_index': 10 | text_config is missing
      mistral3 | 'text_config': {'model_type': 'mistral4'} | text_config.model_type "mistral4" is not supported
      gemma | 'head_dim': null | head_dim is missing
      gemma | 'use_bidirectional_attention': true | use_bidirectional_attention is true
      gemma2 | 'attn_logit_softcapping': -1 | attn_logit_softcapping must be above 0 but is -1.0
      gemma2 | 'rope_scaling': {'type': 'linear', 'factor': 2} | "linear" is not supported for gemma
      gemma4_text | 'num_kv_shared_layers': 4 | num_kv_shared_layers must be in [0, 3] but is 4
      gemma4_text | 'use_bidirectional_attention': 'all' | use_bidirectional_attention is all
      gemma4_text | 'enable_moe_block': true | num_experts is missing
      gemma4_text | 'vocab_size_per_layer_input': 9 | vocab_size_per_layer_input must be vocab_size (10) but is 9
      gemma4_text | 'rope_parameters': {'rope_theta': 1e6} | rope_parameters has no entry "sliding_attention"
      gemma4_text | 'per_layer_config': {'00': {'head_dim': 32}} | per_layer_config.00 sets a layer apart
      gemma4_text | 'per_layer_config': {'0': null} | per_layer_config.0 is missing
      gemma4_text | 'hidden_size_per_layer_input': 2000000000 | must be in [0, 4194304] for 4 layers but is 2000000000
      gemma4_text | 'attention_k_eq_v': true, 'num_global_key_value_heads': 3 | num_global_key_value_heads must divide
      """)
  void isRefusedByName(String type, String change, String message) {
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> read(type, change))
        .satisfies(e -> assertThat(e.getMessage()).contains(message));
  }

  @Test
  void moreRowsOfExpertsThanThereCanBeAreRefused() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden/models/gemma4-experts-mixed"))) {
      WeightLoader loader = new WeightLoader(checkpoint.weights(), Quantization.of(checkpoint.config()));
      assertThatExceptionOfType(QuipuException.class)
          .isThrownBy(() -> loader.stack("experts.up_proj", 1 << 16, 1 << 16, 32, "num_experts"))
          .withMessageContaining("experts.up_proj: config.json asks for 65536 matrices of 65536 rows");
    }
  }

  @Test
  void sharedLayersNeedOneOfTheirKindBefore() {
    String types = "'layer_types': ['sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention']";
    assertThatExceptionOfType(QuipuException.class)
        .isThrownBy(() -> read("gemma4_text", types, "'num_kv_shared_layers': 1"))
        .withMessageContaining("leaves layer 3 no earlier layer of its type to read from");
  }

  @Test
  void whatIsLeftOutIsFilledInAsMlxLmDoes() {
    assertThat(read("qwen2").spec().layers().getFirst().rope().base()).isEqualTo(1e6);
    assertThat(read("smollm3").spec().layers().stream().map(layer -> layer.rope() == null))
        .containsExactly(false, false, false, true);
    assertThat(read("gemma2").spec().layers().getFirst().attention().scale()).isEqualTo((float) (1 / 12.0)); // √144
    assertThat(read("gemma2").spec().layers().getFirst().attention().softcap()).isEqualTo(50);
    assertThat(read("gemma2").spec().logitSoftcap()).isEqualTo(30);
    assertThat(read("phi3").layout().head()).isEqualTo(Layout.Head.OWN);
    assertThat(read("phi3").spec().maxPositions()).isEqualTo(131_072);
    assertThat(read("qwen2").spec().maxPositions()).isEqualTo(32_768);
    Family gemma4 = read("gemma4_text", "'num_hidden_layers': 10", "'num_kv_shared_layers': 5");
    assertThat(gemma4.spec().layers().get(4).attention().headDim()).isEqualTo(512);
    assertThat(gemma4.spec().layers().get(9).rope().scaling()).isEqualTo(new RopeScaling.Proportional(0.25, 1));
    assertThat(gemma4.spec().layers().get(9).keys()).isEqualTo(new LayerSpec.Keys(4, true));
    assertThat(gemma4.spec().layers().get(9).intermediateSize()).isEqualTo(2 * 96);
    assertThat(gemma4.spec().perLayerWidth()).isEqualTo(256);
    assertThat(gemma4.spec().logitSoftcap()).isEqualTo(30);
    assertThat(gemma4.layout().head()).isEqualTo(Layout.Head.TIED);
  }

  @Test
  void aNullOfGemma4IsNoneAndNotTheDefault() {
    Family family = read("gemma4_text",
        "'global_head_dim': null", "'hidden_size_per_layer_input': null", "'final_logit_softcapping': null",
        "'layer_types': ['sliding_attention', 'full_attention', 'sliding_attention', 'full_attention']");
    assertThat(family.spec().layers().get(1).attention().headDim()).isEqualTo(16);
    assertThat(family.spec().perLayerWidth()).isZero();
    assertThat(family.spec().logitSoftcap()).isZero();
  }

  @Test
  void longropeOfPhi3HasItsOriginalContextBesideIt() {
    String scaling = "'rope_scaling': {'type': 'su', 'long_factor': [1, 1, 1, 1, 1, 1, 1, 1], 'short_factor': [1]}";
    assertThat(longRope(read("phi3", scaling)).originalMaxPositions()).isEqualTo(4096);
    assertThat(longRope(read("phi3", scaling, "'original_max_position_embeddings': 64")).originalMaxPositions())
        .isEqualTo(64);
  }

  private static RopeScaling.LongRope longRope(Family family) {
    return (RopeScaling.LongRope) family.spec().layers().getFirst().rope().scaling();
  }
}
