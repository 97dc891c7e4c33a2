package dev.quipu.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.mask.Position;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.KeyOrder;
import dev.quipu.text.ChatTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolGrammarTest {

  private static final String TOOLS = """
      [{"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {
          "b": {"type": "number"}, "a": {"type": "number"}}, "required": ["a", "b"], "additionalProperties": false}}},
       {"name": "add2", "parameters": {"properties": {
          "city": {"type": "string", "maxLength": 6}, "unit": {"enum": ["C", "F"]}, "n": {"type": ["integer", "null"]}},
          "required": ["city"], "additionalProperties": false}},
       {"name": "now"}]
      """;

  private static Grammar grammar(String format, String tools) {
    ToolFormat named = ToolFormat.all().stream().filter(f -> f.name().equals(format)).findFirst().orElseThrow();
    return ToolGrammar.of(named, Json.parse(tools, "tools"), SchemaOptions.generating().withKeyOrder(KeyOrder.ANY));
  }

  private static void accepts(String format, String... texts) {
    for (String text : texts) {
      assertThat(Written.accepts(grammar(format, TOOLS), text)).as(text).isTrue();
    }
  }

  private static void rejects(String format, String... texts) {
    for (String text : texts) {
      assertThat(Written.accepts(grammar(format, TOOLS), text)).as(text).isFalse();
    }
  }

  @Test
  void callsWithArgumentsInAnObject() {
    String add = "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": 2}}\n</tool_call>";
    String add2 = "<tool_call>\n{\"name\": \"add2\", \"arguments\": {\"unit\": \"F\", \"city\": \"Rome\"}}\n"
        + "</tool_call>";
    accepts("Hermes", add, add2, add2 + "\n" + add + "\n" + add);
    rejects("Hermes", add + add, add.replace("add", "sub"), add.replace("\"b\": 2", "\"c\": 2"),
        add.replace("1", "\"1\""), add2.replace("Rome", "Florence"), add2.replace("F\"", "K\""), add.substring(1), "");
    accepts("Hermes", "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>");
    accepts("Llama 3", "{\"name\": \"add\", \"parameters\": {\"b\": 1, \"a\": 2.5}}");
    rejects("Llama 3", "{\"name\": \"add\", \"parameters\": {\"b\": 1, \"a\": 2.5}}".repeat(2));
    accepts("Mistral", "[TOOL_CALLS][{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": 2}, \"id\": \"abcdEFGH1\"}, "
        + "{\"name\": \"now\", \"arguments\": {}, \"id\": \"000000000\"}]");
    rejects("Mistral", "[TOOL_CALLS][{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": 2}, \"id\": \"abcdEFGH\"}]",
        "[TOOL_CALLS][]");
    accepts("Kimi K2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.add:0<|tool_call_argument_begin|>"
        + "{\"a\": 1, \"b\": 2}<|tool_call_end|><|tool_call_begin|>functions.now:12<|tool_call_argument_begin|>{}"
        + "<|tool_call_end|><|tool_calls_section_end|>");
  }

  @Test
  void callsWithArgumentsOfTheirOwn() {
    String add = "<tool_call>\n<function=add>\n<parameter=b>\n1\n</parameter>\n<parameter=a>\n-2.5\n</parameter>\n"
        + "</function>\n</tool_call>";
    String add2 = "<tool_call>\n<function=add2>\n<parameter=city>\nA\nB</p\n</parameter>\n</function>\n</tool_call>";
    accepts("Qwen3 Coder", add, add2, add + "\n" + add2);
    rejects("Qwen3 Coder", add.replace("-2.5", "x"), add2.replace("A\nB", "A\nB is too long"), add + add2,
        add.replace("<parameter=b>\n1\n</parameter>\n", ""));
    accepts("Qwen3 Coder", add2.replace("</function>", "<parameter=n>\nnull\n</parameter>\n</function>"),
        add2.replace("</function>", "<parameter=unit>\nC\n</parameter>\n<parameter=n>\n3\n</parameter>\n</function>"));
    rejects("Qwen3 Coder", add2.replace("</function>", "<parameter=unit>\nK\n</parameter>\n</function>"));
    accepts("DeepSeek V3.2", "<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"add2\">\n<｜DSML｜parameter name=\"city\" "
        + "string=\"true\">Rome</｜DSML｜parameter>\n<｜DSML｜parameter name=\"n\" string=\"false\">3</｜DSML｜parameter>\n"
        + "</｜DSML｜invoke>\n</｜DSML｜function_calls>");
    accepts("Gemma 4", "<|tool_call>call:add{a:1,b:2}<tool_call|><|tool_call>call:now{}<tool_call|>",
        "<|tool_call>call:add2{city:<|\"|>Rome<|\"|>}<tool_call|>",
        "<|tool_call>call:add2{city:<|\"|>Rome<|\"|>,n:3,unit:<|\"|>F<|\"|>}<tool_call|>");
    rejects("Gemma 4", "<|tool_call>call:add{a:1}<tool_call|>", "<|tool_call>call:add{b:2,a:1}<tool_call|>",
        "<|tool_call>call:add2{,n:3}<tool_call|>");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
      "`{}`~`tools: expected a list of at least one tool`",
      "`[]`~`tools: expected a list of at least one tool`",
      "`[1]`~`tools[0]: expected an object`",
      "`[{\"function\": {}}]`~`tools[0]: expected a name of letters, digits, '_', '-' and '.', found null`",
      "`[{\"name\": \"a\\\"b\"}]`~`tools[0]: expected a name of letters, digits, '_', '-' and '.', found a\"b`",
      "`[{\"name\": \"a\"}, {\"name\": \"a\"}]`~`tools: there are two tools called a`",
      "`[{\"name\": \"a\", \"parameters\": {\"required\": [\"x\"]}}]`~`tool a: the argument x is required and not described`",
      "`[{\"name\": \"a\", \"parameters\": {\"properties\": {\"x\": {}}}}]`~`tool a: the argument x has no type that is one of string, number, integer, boolean, null, array and object; Qwen3 Coder writes texts without quotes, so it must be clear which are texts`",
      "`[{\"name\": \"a\", \"parameters\": {\"properties\": {\"x\": {\"type\": \"string\", \"not\": {}}}}}]`~`tool a: the argument x: not is not supported where values are not in JSON, as Qwen3 Coder writes them`"})
  void refusalsSayWhatIsWrong(String tools, String message) {
    assertThatThrownBy(() -> grammar("Qwen3 Coder", tools)).isInstanceOf(QuipuException.class).hasMessage(message);
  }

  @Test
  void listsAndObjectsOfAFormatOfItsOwn() {
    Grammar grammar = grammar("Gemma 4", """
        [{"name": "f", "parameters": {"properties": {"x": {"type": "array", "items": {"type": "string"}},
          "o": {"type": "object", "properties": {"b": {"type": "boolean"}, "a": {"type": "integer"}}}}}}]
        """);
    for (String text : List.of("{}", "{x:[]}", "{x:[<|\"|>a, b<|\"|>,<|\"|><|\"|>]}", "{o:{a:1,b:true},x:[]}",
        "{o:{}}")) {
      assertThat(Written.accepts(grammar, "<|tool_call>call:f" + text + "<tool_call|>")).as(text).isTrue();
    }
    for (String text : List.of("{x:[1]}", "{x:[<|\"|>a<|\"|>,]}", "{o:{b:true,a:1}}", "{o:[]}", "{x:[],o:{}}")) {
      assertThat(Written.accepts(grammar, "<|tool_call>call:f" + text + "<tool_call|>")).as(text).isFalse();
    }
    assertThatThrownBy(() -> grammar("Gemma 4", "[{\"name\": \"a\", \"parameters\": {\"properties\": "
        + "{\"x\": {\"type\": \"array\", \"minItems\": 1}}}}]")).hasMessage("tool a: the argument x: minItems is not "
        + "supported where values are not in JSON, as Gemma 4 writes them");
  }

  @Test
  void templatesOfNoKnownFormatAreRefused() {
    assertThatThrownBy(() -> ToolFormat.of("{{ messages }}"))
        .hasMessageStartingWith("the chat template prints no tool calls in a format that is known; known: Kimi K2, ");
    assertThatThrownBy(() -> ToolFormat.of("'<|tool_call_start|>['")).hasMessage("the chat template's format of tool "
        + "calls has no grammar: calls are written in Python between <|tool_call_start|> and <|tool_call_end|>");
  }

  @Test
  void aFormatKnowsItsMarks() {
    ToolFormat mistral = ToolFormat.of("{{ '[TOOL_CALLS][' }}");
    assertThat(mistral.name()).isEqualTo("Mistral");
    assertThat(mistral.writes("[TOOL_CALLS]")).isTrue();
    assertThat(mistral.writes("[INST]")).isFalse();
  }

  /** What templates print for the calls of a conversation is what their format's grammar accepts. */
  @Test
  @SuppressWarnings("unchecked")
  void publishedTemplatesPrintWhatTheGrammarOfTheirFormatAccepts() throws Exception {
    String corpus = System.getProperty("quipu.corpus", "");
    Path file = Path.of(corpus, "chat-templates", "cases.json");
    Assumptions.assumeTrue(!corpus.isEmpty() && Files.exists(file),
        "the corpus of published chat templates is absent: set -Dquipu.corpus to its folder");
    Map<String, Object> suite = (Map<String, Object>) Json.parse(Files.readString(file), "cases.json");
    Map<String, String> verdicts = new TreeMap<>();
    for (var template : ((Map<String, Object>) suite.get("templates")).entrySet()) {
      verdicts.put(template.getKey(), "none");
    }
    for (Object entry : (List<Object>) suite.get("cases")) {
      Map<String, Object> c = (Map<String, Object>) entry;
      String template = (String) c.get("template");
      boolean calls = List.of("toolcall", "toolcall2", "toolstr").contains(c.get("conv"));
      if (calls && !verdicts.get(template).endsWith("!")) {
        String source = (String) ((Map<String, Object>) suite.get("templates")).get(template);
        for (Map<String, Object> context : contexts((Map<String, Object>) c.get("ctx"))) {
          verdicts.merge(template, verdict(source, context), (old, now) -> old.endsWith("!") ? old : now);
        }
      }
    }
    List<String> accepted = verdicts.keySet().stream().filter(t -> verdicts.get(t).endsWith("!")).toList();
    assertThat(accepted).hasSize(44);
    verdicts.keySet().removeAll(accepted);
    verdicts.values().removeIf(verdict -> verdict.equals("none") || verdict.startsWith("refused: "));
    assertThat(verdicts.keySet()).as("known formats, but these render no calls, or wrongly, or only tell of them")
        .containsExactly("hf-HuggingFaceTB__SmolLM3-3B", "hf-NousResearch__Hermes-2-Pro-Llama-3-8B (JSON Schema)",
            "hf-fireworks-ai__firefunction-v1", "lc-Kimi-K2-Instruct", "lc-Kimi-K2-Thinking",
            "lc-deepseek-ai-DeepSeek-R1-Distill-Llama-8B", "lc-fireworks-ai-llama-3-firefunction-v2",
            "lc-llama-cpp-deepseek-r1", "npm-tokenizer-deepseek_v3");
  }

  /** As it is, and with calls that have no text beside them and arguments as an object: some print only those. */
  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> contexts(Map<String, Object> context) {
    Map<String, Object> calls = new LinkedHashMap<>(context);
    List<Object> messages = new ArrayList<>();
    for (Object message : (List<Object>) context.get("messages")) {
      Map<String, Object> copy = new LinkedHashMap<>((Map<String, Object>) message);
      if (copy.containsKey("tool_calls")) {
        copy.put("content", null);
        copy.put("tool_calls", ((List<Object>) copy.get("tool_calls")).stream().map(ToolGrammarTest::parsed).toList());
      }
      messages.add(copy);
    }
    calls.put("messages", messages);
    return List.of(context, calls);
  }

  @SuppressWarnings("unchecked")
  private static Object parsed(Object call) {
    Map<String, Object> copy = new LinkedHashMap<>((Map<String, Object>) call);
    Map<String, Object> function = new LinkedHashMap<>((Map<String, Object>) copy.get("function"));
    copy.put("id", "functions." + function.get("name") + ":0");
    if (function.get("arguments") instanceof String text) {
      function.put("arguments", Json.parse(text, "arguments"));
    }
    copy.put("function", function);
    return copy;
  }

  /** The format's name with '!' if its grammar accepts what is printed; otherwise what is wrong. */
  @SuppressWarnings("unchecked")
  private static String verdict(String source, Map<String, Object> context) {
    ToolFormat format;
    try {
      format = ToolFormat.of(source);
    } catch (QuipuException refused) {
      return "refused: " + refused.getMessage().replaceAll("; known:.*", "");
    }
    String printed;
    try {
      printed = ChatTemplate.parse("template", source).render(context);
    } catch (QuipuException refused) {
      return format.name() + " does not render: " + refused.getMessage();
    }
    SchemaOptions options = SchemaOptions.generating().withKeyOrder(KeyOrder.ANY);
    Grammar grammar = ToolGrammar.of(format, context.get("tools"), options);
    List<Object> calls = ((List<Object>) context.get("messages")).stream()
        .map(m -> ((Map<String, Object>) m).get("tool_calls")).filter(List.class::isInstance).toList();
    Object last = ((List<Object>) calls.getFirst()).getLast();
    String name = (String) ((Map<String, Object>) ((Map<String, Object>) last).get("function")).get("name");
    for (int from = printed.length() - 1; from >= 0; from--) {
      String longest = longest(grammar.start(), printed.substring(from));
      if (longest.contains(name)) {
        return format.name() + "!";
      }
    }
    int at = printed.lastIndexOf(name);
    return format.name() + " does not accept "
        + printed.substring(Math.max(0, at - 150), Math.min(printed.length(), at + 150));
  }

  private static String longest(Position start, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Position position = start;
    int length = 0;
    for (int i = 0; i < bytes.length && position != null; i++) {
      position = position.next(bytes[i] & 255);
      length = position != null && position.complete() ? i + 1 : length;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
