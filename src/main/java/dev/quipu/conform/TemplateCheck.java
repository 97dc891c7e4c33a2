package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.text.ChatTemplate;
import dev.quipu.text.TemplateException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;

/** Kind template: a chat template rendered, or failing as it should. */
final class TemplateCheck {

  private TemplateCheck() {}

  static void run(Case c, Bench bench) {
    Config json = c.json();
    String template = json.requireString("template");
    Map<String, Object> context = context(json);
    Clock clock = clock(json);
    if (json.has("error")) {
      fails(template, context, clock, json.requireStrings("error"));
      return;
    }
    Quoted.requireEqual("text", json.requireString("expected"), render(template, context, clock));
  }

  private static String render(String template, Map<String, Object> context, Clock clock) {
    return ChatTemplate.parse("template", template).render(context, clock);
  }

  private static void fails(String template, Map<String, Object> context, Clock clock, List<String> mentions) {
    String text;
    try {
      text = render(template, context, clock);
    } catch (TemplateException e) {
      if (!mentions.isEmpty() && mentions.stream().noneMatch(e.getMessage()::contains)) {
        throw Mismatch.of("error", "a message with one of " + mentions, "\"" + e.getMessage() + "\"");
      }
      return;
    }
    throw Mismatch.of("text", "an error", Quoted.around(text, 0));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> context(Config json) {
    if (json.get("context") instanceof Map<?, ?> context) {
      return (Map<String, Object>) context;
    }
    throw json.refuse("context", "must be an object but is " + json.get("context"));
  }

  private static Clock clock(Config json) {
    if (!json.has("clock")) {
      return Clock.systemDefaultZone();
    }
    String clock = json.requireString("clock");
    try {
      return Clock.fixed(LocalDateTime.parse(clock).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw json.refuse("clock", "must be a time such as 2024-07-06T15:04:05 but is \"" + clock + "\"");
    }
  }
}
