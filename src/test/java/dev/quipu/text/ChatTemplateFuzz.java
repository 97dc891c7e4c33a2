package dev.quipu.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.config.Json;
import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** Any template is refused, fails with a message, or renders. */
public final class ChatTemplateFuzz {

  private static final Clock CLOCK = Clock.fixed(Instant.parse("2024-07-06T15:04:05Z"), ZoneOffset.UTC);
  private static final String CONTEXT = """
      {"messages": [
        {"role": "system", "content": "Be <b>brief</b> & kind."},
        {"role": "user", "content": [{"type": "text", "text": "Wie spät?\\n"}, {"type": "image"}]},
        {"role": "assistant", "content": null, "tool_calls": [
          {"id": "c1", "type": "function",
           "function": {"name": "now", "arguments": {"zone": "UTC", "n": 3, "f": 0.5}}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "15:04 \\ud83d\\ude00 {{ x }}"}],
       "tools": [{"type": "function", "function": {"name": "now", "parameters": {
         "type": "object", "properties": {"zone": {"type": "string", "enum": ["UTC", "CET"]}}, "required": []}}}],
       "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>", "x": "a, b ,c",
       "n": 12345678901234567890}
      """;

  private ChatTemplateFuzz() {}

  /** The first byte 0: a template built from choices; else the template itself. */
  public static void fuzzerTestOneInput(byte[] data) {
    Fuzz.worksOrRefuses(() -> ChatTemplate.parse("template", source(data)).render(context(), CLOCK));
  }

  static String source(byte[] data) {
    return data.length == 0 || data[0] != 0 ? new String(data, UTF_8) : TemplateText.of(new Choices(data, 1));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> context() {
    return (Map<String, Object>) Json.parse(CONTEXT, "context");
  }
}
