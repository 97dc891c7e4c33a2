package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The keys of config.json that no family reads and that cannot change a result: provenance, training, defaults of
 * other programs' generation. Everything that is neither read nor here is refused, for it may mean another model.
 */
final class HarmlessKeys {

  private static final Set<String> PROVENANCE = Set.of(
      "architectures", "auto_map", "torch_dtype", "dtype", "transformers_version", "_name_or_path", "name_or_path",
      "tokenizer_class", "is_llama_config", "transformers.js_config", "unsloth_fixed", "unsloth_version", "model_name",
      "_attn_implementation", "_attn_implementation_autoset", "attn_implementation", "use_flash_attn", "bos_token",
      "eos_token", "pad_token", "unk_token", "_commit_hash", "license", "finetuning_task", "quantization_config",
      "is_composition", "model_max_length");

  private static final Set<String> TRAINING = Set.of(
      "initializer_range", "attention_dropout", "hidden_dropout", "hidden_dropout_prob", "resid_pdrop", "embd_pdrop",
      "attn_pdrop", "attention_probs_dropout_prob", "pretraining_tp", "problem_type", "id2label", "label2id",
      "output_attentions", "output_hidden_states", "return_dict", "torchscript", "use_bfloat16", "tf_legacy_loss",
      "pruned_heads", "tie_encoder_decoder", "cross_attention_hidden_size", "add_cross_attention", "is_decoder",
      "is_encoder_decoder", "chunk_size_feed_forward", "task_specific_params", "prefix", "gradient_checkpointing",
      "ignore_index", "max_sequence_length", "sequence_length", "use_cache", "cache_implementation",
      "max_window_layers");

  private static final Set<String> GENERATION = Set.of(
      "bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id", "sep_token_id", "decoder_start_token_id",
      "max_length", "min_length", "max_new_tokens", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
      "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty",
      "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "output_scores",
      "return_dict_in_generate", "forced_bos_token_id", "forced_eos_token_id", "suppress_tokens",
      "begin_suppress_tokens", "remove_invalid_values", "exponential_decay_length_penalty");

  private HarmlessKeys() {}

  /** Refuses a config with keys that were not read, are not harmless, and that the user does not vouch for. */
  static void refuseOthers(Config config, Set<String> allowed) {
    List<String> others = new ArrayList<>();
    for (String path : config.unusedKeys()) {
      String key = path.substring(path.lastIndexOf('.') + 1);
      boolean harmless = TRAINING.contains(key) || PROVENANCE.contains(key)
          || GENERATION.contains(key);
      if (!harmless && !allowed.contains(path)) {
        others.add(path);
      }
    }
    if (!others.isEmpty()) {
      throw new QuipuException(config.name() + ": unknown key" + (others.size() == 1 ? "" : "s") + " "
          + "\"" + String.join("\", \"", others) + "\" may change the result; this engine does not apply "
          + (others.size() == 1 ? "it" : "them") + " (--allow-config-key " + others.getFirst() + " to go on)");
    }
  }
}
