package dev.quipu.generate;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The special tokens that tokenizer_config.json names by role, as chat templates ask for them. */
final class SpecialTokens {

  private static final List<String> ROLES =
      List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

  private final Map<String, String> texts = new LinkedHashMap<>();

  SpecialTokens(Checkpoint checkpoint) {
    Config config = checkpoint.optionalConfig("tokenizer_config.json").orElse(null);
    for (String role : ROLES) {
      if (config != null && config.has(role)) {
        texts.put(role, text(config, role));
      }
    }
  }

  /** A role's token is its text, or an object with its text and how it is matched. */
  private static String text(Config config, String role) {
    return config.get(role) instanceof Map<?, ?>
        ? config.object(role).requireString("content")
        : config.requireString(role);
  }

  /** The text of a role's token, or null. */
  String text(String role) {
    return texts.get(role);
  }

  Map<String, String> all() {
    return texts;
  }
}
