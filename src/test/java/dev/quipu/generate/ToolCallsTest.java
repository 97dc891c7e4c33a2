package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.config.Json;
import dev.quipu.grammar.ToolChoice;
import dev.quipu.grammar.ToolFormat;
import dev.quipu.mask.Mark;
import dev.quipu.mask.Position;
import dev.quipu.schema.SchemaOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls of tools as constraints of an answer: text, calls, and special tokens that are written as such. */
class ToolCallsTest {

  private static final Object TOOLS = Json.parse("""
      [{"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {
          "a": {"type": "integer"}}, "required": ["a"], "additionalProperties": false}}},
       {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}]
      """, "tools");
  private static final String ADD = "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call>";

  private static Position start(String format, ToolChoice choice, Map<String, Integer> special) {
    ToolFormat named = ToolFormat.all().stream().filter(f -> f.name().equals(format)).findFirst().orElseThrow();
    return Constraint.tools(named, TOOLS, choice, SchemaOptions.generating(), special).start();
  }

  /** ‹id› is the mark of a special token. */
  private static Position after(Position start, String text) {
    Position at = start;
    for (String part : text.split("(?=‹)|(?<=›)")) {
      byte[] bytes = part.startsWith("‹") ? Mark.bytes(Integer.parseInt(part.substring(1, part.length() - 1)))
          : part.getBytes(StandardCharsets.UTF_8);
      for (byte b : bytes) {
        at = at == null ? null : at.next(b & 255);
      }
    }
    return at;
  }

  private static boolean accepts(Position start, String text) {
    Position after = after(start, text);
    return after != null && after.complete();
  }

  @Test
  void autoIsTextOrCallsOrTextAndThenCalls() {
    Position start = start("Hermes", ToolChoice.AUTO, Map.of());
    for (String text : List.of("", "It is <tool_cal a <<tool_call", ADD, "Let me see.\n" + ADD, ADD + "\n" + ADD,
        "<<tool_<tool_call" + ADD)) {
      assertThat(accepts(start, text)).as(text).isTrue();
    }
    for (String text : List.of("<tool_call>", "a<tool_call>b", ADD.replace("add", "sub"), ADD.replace("1", "\"1\""),
        "a" + ADD + "b")) {
      assertThat(accepts(start, text)).as(text).isFalse();
    }
    assertThat(after(start, "Now <tool_call>\n{\"name\": \"x")).isNull();
  }

  @Test
  void requiredIsACallAndANameIsThatTool() {
    Position required = start("Hermes", ToolChoice.of("required"), Map.of());
    assertThat(accepts(required, ADD)).isTrue();
    assertThat(accepts(required, "") || accepts(required, "a")).isFalse();
    Position now = start("Hermes", ToolChoice.of("now"), Map.of());
    assertThat(accepts(now, ADD)).isFalse();
    assertThat(accepts(now, "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>")).isTrue();
    assertThatThrownBy(() -> start("Hermes", ToolChoice.of("sub"), Map.of()))
        .hasMessage("tools: there is no tool called sub; there are add, now");
  }

  @Test
  void specialTokensAreNotSpelled() {
    Map<String, Integer> special = Map.of("[TOOL_CALLS]", 300, "[ARGS]", 20_000);
    Position required = start("Ministral", ToolChoice.REQUIRED, special);
    assertThat(accepts(required, "‹300›add‹20000›{\"a\": 1}‹300›now‹20000›{}")).isTrue();
    assertThat(after(required, "[")).isNull();
    assertThat(after(required, "‹300›add[")).isNull();
    assertThat(after(required, "‹301›")).isNull();
    Position auto = start("Ministral", ToolChoice.AUTO, special);
    assertThat(accepts(auto, "[TOOL_CALLS]x ‹301› y‹300›add‹20000›{\"a\": 1}")).isTrue();
    assertThat(after(auto, "x‹300›sub")).isNull();
  }

  /** Texts between marks end where the mark comes. */
  @Test
  void textsEndAtSpecialTokens() {
    ToolFormat gemma = ToolFormat.of("<|tool_call>call:");
    Object tools = Json.parse("[{\"name\": \"f\", \"parameters\": {\"properties\": {\"x\": {\"type\": \"string\"}}}}]", "t");
    Position start = Constraint.tools(gemma, tools, ToolChoice.REQUIRED, SchemaOptions.generating(),
        Map.of("<|tool_call>", 1, "<tool_call|>", 2, "<|\"|>", 3)).start();
    assertThat(accepts(start, "‹1›call:f{x:‹3›a <|\"|>, b‹3›}‹2›")).isTrue();
    assertThat(accepts(start, "‹1›call:f{x:‹3›‹3›}‹2›")).isTrue();
    assertThat(accepts(start, "‹1›call:f{}‹2›")).isTrue();
    assertThat(after(start, "‹1›call:f{x:‹3›‹2›")).isNull();
  }

  /** Llama 3 marks a call by nothing, so that only an answer that begins like one is one. */
  @Test
  void aCallWithoutAMarkIsTheWholeAnswer() {
    Position start = start("Llama 3", ToolChoice.AUTO, Map.of());
    assertThat(accepts(start, "It is {\"name\": \"x\"}")).isTrue();
    assertThat(accepts(start, "{\"name\": \"add\", \"parameters\": {\"a\": 1}}")).isTrue();
    assertThat(accepts(start, "{\"nam")).isTrue();
    assertThat(after(start, "{\"name\": \"x")).isNull();
    assertThatThrownBy(() -> start("Functionary 3.2", ToolChoice.AUTO, Map.of())).hasMessage("tools: Functionary 3.2 "
        + "begins calls with a tool's name, which a text may begin with as well; a call can be required only");
  }

  /** The embedded model with a template that its family does not have. */
  @Test
  void aModelWritesWhatItsTemplateSays() {
    String template = "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}\n"
        + "{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n{# '\n<tool_call>\n{' #}";
    EngineOptions other = EngineOptions.DEFAULT;
    EngineOptions options = new EngineOptions(other.ops(), other.threads(), other.allowedConfigKeys(), template,
        other.kv(), null, 0, other.maxSequences(), other.visionReference(), other.log(), other.warn());
    try (Engine engine = Engine.load((String) null, options)) {
      Constraint call = engine.tools(TOOLS, ToolChoice.of("add"), SchemaOptions.generating());
      GenerationRequest request = GenerationRequest.of(new Prompt.Chat(List.of(Message.user("Add 1.")), null,
          Map.of("tools", TOOLS))).withMaxTokens(60).withConstraint(call.withFinish(true));
      StringBuilder text = new StringBuilder();
      try (Generation generation = engine.generate(request)) {
        for (GenerationEvent event : generation) {
          if (event instanceof GenerationEvent.Text part) {
            text.append(part.text());
          }
        }
      }
      assertThat(text.toString()).matches(
          "(?s)(<tool_call>\n\\{\"name\": \"add\", \"arguments\": \\{\"a\": -?\\d+\\}\\}\n</tool_call>\n?)+");
    }
  }
}
