package dev.quipu.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.RopeScaling;
import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The keys that published checkpoints of each family have, as Transformers 4 or 5 and mlx-lm write them: all of them
 * are either read or known to be harmless.
 */
class RealConfigsTest {

  private static Family accept(String json) {
    Config config = Config.of("config.json", Json.parse(json, "config.json"));
    Family family = ModelFamily.of(config, name -> false);
    VisionFamily.of(config, name -> false);
    Quantization.of(config);
    HarmlessKeys.refuseOthers(config, Set.of());
    return family;
  }

  private static LayerSpec layer(Family family, int l) {
    return family.spec().layers().get(l);
  }

  /** Layer types of this pattern, as JSON. */
  private static String types(String pattern, int layers) {
    StringBuilder json = new StringBuilder("[");
    for (int l = 0; l < layers; l++) {
      boolean sliding = pattern.charAt(l % pattern.length()) == 's';
      json.append(l == 0 ? "" : ", ").append(sliding ? "\"sliding_attention\"" : "\"full_attention\"");
    }
    return json.append("]").toString();
  }

  @Test
  void qwen2() {
    Family family = accept("""
        {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
        "eos_token_id": 151645, "hidden_act": "silu", "hidden_size": 896, "initializer_range": 0.02,
        "intermediate_size": 4864, "max_position_embeddings": 32768, "max_window_layers": 21, "model_type": "qwen2",
        "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
        "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
        "transformers_version": "4.43.1", "use_cache": true, "use_mrope": false, "use_sliding_window": false,
        "vocab_size": 151936, "quantization": {"group_size": 64, "bits": 4},
        "quantization_config": {"group_size": 64, "bits": 4}}""");
    assertThat(layer(family, 23).attention())
        .isEqualTo(new AttentionShape(14, 2, 64, 0.125f, AttentionShape.ALL));
    assertThat(layer(family, 0).rope().base()).isEqualTo(1e6);
    assertThat(family.layout().head()).isEqualTo(Head.TIED);
    assertThat(family.layout().traits()).containsExactly(Trait.QKV_BIAS);
  }

  @Test
  void qwen2OfTransformers5() {
    Family family = accept("""
        {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "chunk_size_feed_forward": 0,
        "dtype": "bfloat16", "hidden_act": "silu", "hidden_size": 64, "intermediate_size": 128,
        "is_encoder_decoder": false, "layer_types": %s, "max_position_embeddings": 32768, "max_window_layers": 28,
        "model_type": "qwen2", "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2,
        "output_attentions": false, "problem_type": null, "rms_norm_eps": 1e-06,
        "rope_parameters": {"factor": 4.0, "original_max_position_embeddings": 32768, "rope_theta": 500000.0,
        "rope_type": "yarn"}, "sliding_window": null, "tie_word_embeddings": false, "use_sliding_window": false,
        "vocab_size": 1000}""".formatted(types("f", 2)));
    assertThat(layer(family, 0).rope().base()).isEqualTo(500_000);
    assertThat(layer(family, 0).rope().scaling()).isEqualTo(new RopeScaling.Yarn(4, 32768, 32, 1, 1, 0));
    assertThat(family.layout().head()).isEqualTo(Head.OWN);
  }

  @Test
  void qwen3() {
    Family family = accept("""
        {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
        "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu", "hidden_size": 1024,
        "initializer_range": 0.02, "intermediate_size": 3072, "max_position_embeddings": 40960,
        "max_window_layers": 28, "model_type": "qwen3", "num_attention_heads": 16, "num_hidden_layers": 28,
        "num_key_value_heads": 8, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000,
        "sliding_window": null, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
        "transformers_version": "4.51.0", "use_cache": true, "use_sliding_window": false, "vocab_size": 151936}""");
    assertThat(layer(family, 0).attention().headDim()).isEqualTo(128);
    assertThat(family.layout().traits()).containsExactly(Trait.HEAD_NORMS);
  }

  @Test
  void smolLm3() {
    Family family = accept("""
        {"architectures": ["SmolLM3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
        "bos_token_id": null, "eos_token_id": 128012, "hidden_act": "silu", "hidden_size": 2048,
        "initializer_range": 0.02, "intermediate_size": 11008, "layer_types": %s, "max_position_embeddings": 65536,
        "max_window_layers": 28, "mlp_bias": false, "model_type": "smollm3", "no_rope_layer_interval": 4,
        "no_rope_layers": [1, 1, 1, 0, 1, 1, 1, 0], "num_attention_heads": 16, "num_hidden_layers": 8,
        "num_key_value_heads": 4, "pad_token_id": 128004, "pretraining_tp": 2, "rms_norm_eps": 1e-06,
        "rope_scaling": null, "rope_theta": 5000000.0, "sliding_window": null, "torch_dtype": "bfloat16",
        "transformers_version": "4.54.0.dev0", "use_cache": false, "use_sliding_window": false,
        "vocab_size": 128256}""".formatted(types("f", 8)));
    assertThat(family.spec().layers().stream().map(layer -> layer.rope() == null))
        .containsExactly(false, false, false, true, false, false, false, true);
    assertThat(family.layout().head()).isEqualTo(Head.TIED);
  }

  @Test
  void phi35Mini() {
    Family family = accept("""
        {"_name_or_path": "Phi-3.5-mini-instruct", "architectures": ["Phi3ForCausalLM"], "attention_bias": false,
        "attention_dropout": 0.0, "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config"}, "bos_token_id": 1,
        "embd_pdrop": 0.0, "eos_token_id": 32000, "hidden_act": "silu", "hidden_size": 384,
        "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 131072,
        "model_type": "phi3", "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32,
        "original_max_position_embeddings": 4096, "pad_token_id": 32000, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05,
        "rope_scaling": {"long_factor": [1.08, 1.11, 1.13, 1.28, 1.31, 1.5],
        "short_factor": [1.0, 1.02, 1.03, 1.03, 1.05, 1.05], "type": "longrope"}, "rope_theta": 10000.0,
        "sliding_window": 262144, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
        "transformers_version": "4.43.3", "use_cache": true, "vocab_size": 32064}""");
    assertThat(layer(family, 0).rope().scaling().inputScale()).isCloseTo(1.19023807, within(1e-8));
    assertThat(family.layout().head()).isEqualTo(Head.OWN);
    assertThat(family.layout().traits()).containsExactly(Trait.FUSED_PROJECTIONS);
  }

  @Test
  void phi4Mini() {
    Family family = accept("""
        {"architectures": ["Phi3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "embd_pdrop": 0.0,
        "eos_token_id": 199999, "full_attn_mod": 1, "hidden_act": "silu", "hidden_size": 384,
        "initializer_range": 0.02, "intermediate_size": 8192, "interpolate_factor": 1, "lm_head_bias": false,
        "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "phi3", "num_attention_heads": 24,
        "num_hidden_layers": 32, "num_key_value_heads": 8, "original_max_position_embeddings": 4096,
        "pad_token_id": 199999, "partial_rotary_factor": 0.75, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05,
        "rope_scaling": {"long_factor": [1, 1.1, 1.2, 1.3, 1.4, 1.5], "short_factor": [1, 1, 1, 1, 1, 1],
        "type": "longrope"}, "rope_theta": 10000.0, "sliding_window": 262144, "tie_word_embeddings": true,
        "torch_dtype": "bfloat16", "transformers_version": "4.45.0", "use_cache": true, "vocab_size": 200064}""");
    assertThat(layer(family, 0).attention().headDim()).isEqualTo(16);
    assertThat(layer(family, 0).rope().dims()).isEqualTo(12);
    assertThat(family.layout().head()).isEqualTo(Head.TIED);
  }

  @Test
  void phi3OfTransformers5() {
    Family family = accept("""
        {"architectures": ["Phi3ForCausalLM"], "dtype": "bfloat16", "embd_pdrop": 0.0, "hidden_act": "silu",
        "hidden_size": 384, "intermediate_size": 512, "max_position_embeddings": 16384, "model_type": "phi3",
        "num_attention_heads": 12, "num_hidden_layers": 2, "num_key_value_heads": 4,
        "original_max_position_embeddings": 16384, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05,
        "rope_parameters": {"partial_rotary_factor": 1.0, "rope_theta": 250000, "rope_type": "default"},
        "sliding_window": null, "tie_word_embeddings": false, "vocab_size": 100352}""");
    assertThat(layer(family, 0).rope().base()).isEqualTo(250_000);
    assertThat(layer(family, 0).rope().dims()).isEqualTo(32);
  }

  @Test
  void helium() {
    Family family = accept("""
        {"architectures": ["HeliumForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
        "bos_token_id": 1, "eos_token_id": 2, "head_dim": 128, "hidden_act": "silu", "hidden_size": 2560,
        "initializer_range": 0.02, "intermediate_size": 7040, "max_position_embeddings": 4096, "mlp_bias": false,
        "model_type": "helium", "num_attention_heads": 20, "num_hidden_layers": 24, "num_key_value_heads": 20,
        "pad_token_id": 3, "rms_norm_eps": 1e-08, "rope_theta": 100000.0, "tie_word_embeddings": false,
        "torch_dtype": "bfloat16", "transformers_version": "4.48.0.dev0", "use_cache": true,
        "vocab_size": 48000}""");
    assertThat(layer(family, 0).rope().traditional()).isTrue();
    assertThat(family.spec().eps()).isEqualTo(1e-8f);
  }

  @Test
  void mistral7bAndNemo() {
    Family family = accept("""
        {"architectures": ["MistralForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 1, "eos_token_id": 2,
        "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120, "initializer_range": 0.02,
        "intermediate_size": 14336, "max_position_embeddings": 1024000, "model_type": "mistral",
        "num_attention_heads": 32, "num_hidden_layers": 40, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
        "rope_theta": 1000000.0, "sliding_window": 4096, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
        "transformers_version": "4.43.0.dev0", "use_cache": true, "vocab_size": 131072}""");
    assertThat(layer(family, 0).attention())
        .isEqualTo(new AttentionShape(32, 8, 128, (float) Math.pow(128, -0.5), AttentionShape.ALL));
    assertThat(family.layout().head()).isEqualTo(Head.OWN);
  }

  @Test
  void ministral3OutOfAMultimodalCheckpoint() {
    Family family = accept("""
        {"architectures": ["Mistral3ForConditionalGeneration"], "dtype": "bfloat16", "image_token_index": 10,
        "model_type": "mistral3", "multimodal_projector_bias": false, "projector_hidden_act": "gelu",
        "spatial_merge_size": 2, "text_config": {"attention_dropout": 0.0, "head_dim": 128, "hidden_act": "silu",
        "hidden_size": 3072, "initializer_range": 0.02, "intermediate_size": 9216, "max_position_embeddings": 262144,
        "model_type": "ministral3", "num_attention_heads": 32, "num_hidden_layers": 26, "num_key_value_heads": 8,
        "rms_norm_eps": 1e-05, "rope_parameters": {"beta_fast": 32.0, "beta_slow": 1.0, "factor": 16.0,
        "llama_4_scaling_beta": 0.1, "max_position_embeddings": 262144, "mscale": 1.0, "mscale_all_dim": 1.0,
        "original_max_position_embeddings": 16384, "rope_theta": 1000000.0, "rope_type": "yarn", "type": "yarn"},
        "sliding_window": null, "tie_word_embeddings": true, "use_cache": true, "vocab_size": 131072},
        "transformers_version": "5.0.0.dev0", "vision_config": {"hidden_size": 1024, "model_type": "pixtral"},
        "vision_feature_layer": -1}""");
    assertThat(family.spec().queryGrowth()).isEqualTo(new DecoderSpec.QueryGrowth(0.1, 16384));
    assertThat(layer(family, 0).rope().scaling()).isEqualTo(new RopeScaling.Yarn(16, 16384, 32, 1, 1, 1));
    assertThat(family.layout().head()).isEqualTo(Head.TIED);
    assertThat(family.layout().mayIgnore("vision_tower.patch_conv.weight")).isTrue();
    assertThat(family.layout().mayIgnore("language_model.model.vision_tower.weight")).isFalse();
  }

  @Test
  void mistralSmallOutOfAMultimodalCheckpoint() {
    Family family = accept("""
        {"architectures": ["Mistral3ForConditionalGeneration"], "image_token_index": 10, "model_type": "mistral3",
        "multimodal_projector_bias": false, "projector_hidden_act": "gelu", "spatial_merge_size": 2,
        "text_config": {"attention_dropout": 0.0, "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120,
        "initializer_range": 0.02, "intermediate_size": 32768, "max_position_embeddings": 131072,
        "model_type": "mistral", "num_attention_heads": 32, "num_hidden_layers": 40, "num_key_value_heads": 8,
        "rms_norm_eps": 1e-05, "rope_theta": 1000000000.0, "sliding_window": null, "use_cache": true,
        "vocab_size": 131072}, "torch_dtype": "bfloat16", "transformers_version": "4.50.0.dev0",
        "vision_config": {}, "vision_feature_layer": -1}""");
    assertThat(layer(family, 0).rope().base()).isEqualTo(1e9);
    assertThat(family.layout().head()).isEqualTo(Head.OWN);
  }

  @Test
  void pixtral() {
    Family family = accept("""
        {"architectures": ["LlavaForConditionalGeneration"], "image_seq_length": 1, "image_token_index": 10,
        "model_type": "pixtral", "projector_hidden_act": "gelu", "text_config": {"head_dim": 128,
        "hidden_size": 5120, "intermediate_size": 14336, "is_composition": true, "max_position_embeddings": 1024000,
        "model_type": "mistral", "num_hidden_layers": 40, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
        "rope_theta": 1000000000.0, "sliding_window": null, "tie_word_embeddings": true, "vocab_size": 131072},
        "torch_dtype": "bfloat16", "transformers_version": "4.45.0.dev0", "vision_config": {"head_dim": 64},
        "vision_feature_layer": -1, "vision_feature_select_strategy": "full"}""");
    assertThat(layer(family, 0).attention().heads()).isEqualTo(32);
    assertThat(family.layout().head()).isEqualTo(Head.OWN); // whatever the text model's part says
  }

  @Test
  void gemma() {
    Family family = accept("""
        {"architectures": ["GemmaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 2,
        "eos_token_id": 1, "head_dim": 256, "hidden_act": "gelu", "hidden_activation": "gelu_pytorch_tanh",
        "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 16384, "max_position_embeddings": 8192,
        "model_type": "gemma", "num_attention_heads": 8, "num_hidden_layers": 18, "num_key_value_heads": 1,
        "pad_token_id": 0, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 10000.0,
        "torch_dtype": "bfloat16", "transformers_version": "4.38.0.dev0", "use_cache": true,
        "vocab_size": 256000}""");
    assertThat(layer(family, 0).activation()).isEqualTo(Activation.GELU_ERF);
    assertThat(family.spec().embedScale()).isEqualTo((float) Math.sqrt(2048)); // 45.254834, in bfloat16 45.25
    assertThat(family.layout().head()).isEqualTo(Head.TIED);
  }

  @Test
  void gemma2() {
    Family family = accept("""
        {"architectures": ["Gemma2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
        "attn_logit_softcapping": 50.0, "bos_token_id": 2, "cache_implementation": "hybrid", "eos_token_id": [1, 107],
        "final_logit_softcapping": 30.0, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
        "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304, "initializer_range": 0.02,
        "intermediate_size": 9216, "layer_types": %s, "max_position_embeddings": 8192, "model_type": "gemma2",
        "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4, "pad_token_id": 0,
        "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "sliding_window": 4096,
        "torch_dtype": "bfloat16", "transformers_version": "4.42.4", "use_bidirectional_attention": false,
        "use_cache": true, "vocab_size": 256000}""".formatted(types("sf", 26)));
    assertThat(layer(family, 0).attention())
        .isEqualTo(new AttentionShape(8, 4, 256, 0.0625f, AttentionShape.ALL).withSoftcap(50));
    assertThat(family.spec().logitSoftcap()).isEqualTo(30);
    assertThat(family.layout().traits()).containsExactlyInAnyOrder(Trait.NORMS_LESS_ONE, Trait.SANDWICH_NORMS);
  }

  @Test
  void gemma3OutOfAMultimodalCheckpoint() {
    Family family = accept("""
        {"architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999, "eoi_token_index": 256000,
        "eos_token_id": [1, 106], "image_token_index": 262144, "initializer_range": 0.02, "mm_tokens_per_image": 256,
        "model_type": "gemma3", "text_config": {"attention_bias": false, "attention_dropout": 0.0,
        "attn_logit_softcapping": null, "cache_implementation": "hybrid", "final_logit_softcapping": null,
        "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2560, "initializer_range": 0.02,
        "intermediate_size": 10240, "max_position_embeddings": 131072, "model_type": "gemma3_text",
        "num_attention_heads": 8, "num_hidden_layers": 34, "num_key_value_heads": 4, "query_pre_attn_scalar": 256,
        "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000.0, "rope_scaling": {"factor": 8.0, "rope_type":
        "linear"}, "rope_theta": 1000000.0, "sliding_window": 1024, "sliding_window_pattern": 6, "use_cache": true,
        "vocab_size": 262208}, "torch_dtype": "bfloat16", "transformers_version": "4.50.0.dev0",
        "vision_config": {"hidden_size": 1152}}""");
    assertThat(layer(family, 5).rope().scaling()).isEqualTo(new RopeScaling.Linear(8));
  }

  private static final String GEMMA4_TEXT = """
      {"attention_bias": false, "attention_dropout": 0.0, "attention_k_eq_v": %s, "bos_token_id": 2,
      "dtype": "bfloat16", "enable_moe_block": %s, "eos_token_id": 1, "final_logit_softcapping": 30.0,
      "global_head_dim": 512, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1536,
      "hidden_size_per_layer_input": %d, "initializer_range": 0.02, "intermediate_size": 6144, "layer_types": %s,
      "max_position_embeddings": 131072, "model_type": "gemma4_text", "moe_intermediate_size": %s,
      "num_attention_heads": 8, "num_experts": %s, "num_global_key_value_heads": %s, "num_hidden_layers": %d,
      "num_key_value_heads": %d, "num_kv_shared_layers": %d, "pad_token_id": 0, "rms_norm_eps": 1e-06,
      "rope_parameters": {"full_attention": {"partial_rotary_factor": 0.25, "rope_theta": 1000000.0,
      "rope_type": "proportional"}, "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"}},
      "sliding_window": 512, "tie_word_embeddings": true, "top_k_experts": %s, "use_bidirectional_attention": %s,
      "use_cache": true, "use_double_wide_mlp": %s, "vocab_size": 262144, "vocab_size_per_layer_input": 262144}""";

  @Test
  void gemma4OutOfAMultimodalCheckpoint() {
    String text = GEMMA4_TEXT.formatted(
        false, false, 256, types("ssssf", 35), null, null, null, 35, 1, 20, null, null, true);
    Family family = accept("""
        {"architectures": ["Gemma4ForConditionalGeneration"], "audio_config": {"hidden_size": 1024},
        "audio_token_id": 258881, "boa_token_id": 256000, "boi_token_id": 255999, "dtype": "bfloat16",
        "eoa_token_id": 258883, "eoa_token_index": 258883, "eoi_token_id": 258882, "eos_token_id": [1, 106],
        "image_token_id": 258880, "initializer_range": 0.02, "model_type": "gemma4", "text_config": %s,
        "tie_word_embeddings": true, "transformers_version": "5.5.0.dev0", "video_token_id": 258884,
        "vision_config": {"hidden_size": 768}, "vision_soft_tokens_per_image": 280}""".formatted(text));
    assertThat(family.spec().perLayerWidth()).isEqualTo(256);
    assertThat(family.spec().logitSoftcap()).isEqualTo(30);
    assertThat(layer(family, 0).attention()).isEqualTo(new AttentionShape(8, 1, 256, 1, 512));
    assertThat(layer(family, 4).attention()).isEqualTo(new AttentionShape(8, 1, 512, 1, AttentionShape.ALL));
    assertThat(layer(family, 4).rope().scaling()).isEqualTo(new RopeScaling.Proportional(0.25, 1));
    assertThat(layer(family, 14).keys()).isEqualTo(new LayerSpec.Keys(LayerSpec.Keys.OWN, true));
    assertThat(layer(family, 15).keys()).isEqualTo(new LayerSpec.Keys(13, true));
    assertThat(layer(family, 34).keys()).isEqualTo(new LayerSpec.Keys(14, true));
    assertThat(layer(family, 14).intermediateSize()).isEqualTo(6144);
    assertThat(layer(family, 15).intermediateSize()).isEqualTo(12288);
    for (String tower : new String[] {"audio_tower.a.weight", "model.embed_vision.b.weight", "vision_embedder.c"}) {
      assertThat(family.layout().mayIgnore(tower)).as(tower).isTrue();
    }
  }

  @Test
  void gemma4WithoutTowers() {
    String text = GEMMA4_TEXT.formatted(false, false, 0, types("sssssf", 6), null, null, null, 6, 4, 0, null, null,
        false).replace("gemma4_text", "gemma4_unified_text");
    Family family = accept("{\"model_type\": \"gemma4_unified\", \"text_config\": " + text + "}");
    assertThat(layer(family, 5).attention().headDim()).isEqualTo(512);
  }

  @Test
  void gemma4WithExperts() {
    Family family = accept(GEMMA4_TEXT.formatted(
        true, true, 0, types("sssssf", 30), 704, 128, 2, 30, 4, 0, 8, "\"vision\"", false));
    assertThat(layer(family, 0).experts()).isEqualTo(new LayerSpec.Experts(128, 8, 704));
    assertThat(layer(family, 5).attention()).isEqualTo(new AttentionShape(8, 2, 512, 1, AttentionShape.ALL));
    assertThat(layer(family, 5).keys()).isEqualTo(new LayerSpec.Keys(LayerSpec.Keys.OWN, false));
    assertThat(layer(family, 4).keys()).isEqualTo(new LayerSpec.Keys(LayerSpec.Keys.OWN, true));
    assertThat(family.spec().perLayerWidth()).isZero();
  }

  @Test
  void gemma4OfTransformers5SetsWideLayersApartOneByOne() {
    Family family = accept("""
        {"attention_k_eq_v": true, "final_logit_softcapping": null, "head_dim": 256, "hidden_size": 64,
        "hidden_size_per_layer_input": 0, "intermediate_size": 128, "layer_types": %s, "model_type": "gemma4_text",
        "num_attention_heads": 8, "num_hidden_layers": 4, "num_key_value_heads": 4, "num_kv_shared_layers": 0,
        "per_layer_config": {"01": {"head_dim": 384, "num_key_value_heads": 2}, "03": {"head_dim": 384,
        "num_key_value_heads": 2}}, "use_double_wide_mlp": false, "vocab_size": 1000}""".formatted(types("sf", 4)));
    assertThat(layer(family, 3).attention()).isEqualTo(new AttentionShape(8, 2, 384, 1, AttentionShape.ALL));
    assertThat(layer(family, 2).attention()).isEqualTo(new AttentionShape(8, 4, 256, 1, 512));
    assertThat(family.spec().logitSoftcap()).isZero();
  }
}
