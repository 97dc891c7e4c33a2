package dev.quipu.vision;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import java.util.Map;

/** The texts of special tokens that belong to images, as tokenizer_config.json says by their roles. */
record TokenNames(Config tokenizer) {

  /** @param checkpoint null where all have their usual names */
  static TokenNames of(Checkpoint checkpoint) {
    return new TokenNames(
        checkpoint == null ? null : checkpoint.optionalConfig("tokenizer_config.json").orElse(null));
  }

  /** A role's token is its text, or an object with its text; Transformers 5 has those of images one level deeper. */
  String of(String role, String usual) {
    if (tokenizer == null) {
      return usual;
    }
    Config config = tokenizer;
    if (!tokenizer.has(role) && tokenizer.get("extra_special_tokens") instanceof Map) {
      config = tokenizer.object("extra_special_tokens");
    }
    if (config.get(role) instanceof Map) {
      return config.object(role).stringValue("content", usual);
    }
    return config.stringValue(role, usual);
  }
}
