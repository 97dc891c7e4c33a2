package dev.quipu.generate;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import java.util.List;
import java.util.Map;

/**
 * Where a checkpoint keeps its chat template: chat_template.jinja, else chat_template.json, else tokenizer_config.json,
 * as one text or as a list of named ones of which "default" counts.
 */
final class ChatTemplates {

  private static final String KEY = "chat_template";

  private ChatTemplates() {}

  /** The template's source, or null if the model has none. */
  static String find(Checkpoint checkpoint) {
    if (checkpoint.has("chat_template.jinja")) {
      return checkpoint.text("chat_template.jinja");
    }
    for (String file : List.of("chat_template.json", "tokenizer_config.json")) {
      Config config = checkpoint.optionalConfig(file).orElse(null);
      if (config != null && config.has(KEY)) {
        return source(config);
      }
    }
    return null;
  }

  private static String source(Config config) {
    if (!(config.get(KEY) instanceof List<?> named)) {
      return config.requireString(KEY);
    }
    for (Object entry : named) {
      if (entry instanceof Map<?, ?> map && "default".equals(map.get("name"))
          && map.get("template") instanceof String template) {
        return template;
      }
    }
    throw config.refuse(KEY, "is a list without one named \"default\"; give one with --chat-template FILE");
  }
}
