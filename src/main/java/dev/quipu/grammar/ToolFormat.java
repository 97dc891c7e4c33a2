package dev.quipu.grammar;

import dev.quipu.QuipuException;
import java.util.List;

/**
 * How a model writes that it calls tools, told from what its chat template prints for calls. In the pieces ‹name› is
 * the tool's name, ‹arguments› an object in JSON, ‹parameters› each argument by the pattern of its own, ‹id› an identifier,
 * ‹number› a small number; in that pattern ‹key› and ‹value›, and ‹text› says whether the value is a text.
 *
 * @param name      what it is called
 * @param open      before the first call
 * @param call      a call
 * @param between   between calls; null if there can be only one
 * @param close     behind the last call
 * @param parameter an argument of its own; null if all stand in one object
 * @param comma     between arguments of their own
 * @param quote     around texts among them; without one, other values are in JSON and texts as they are
 * @param signs     what a chat template of this format has in it
 */
public record ToolFormat(String name, String open, String call, String between, String close, String parameter,
    String comma, String quote, List<String> signs) {

  private static final String OBJECT = "{\"name\": \"‹name›\", \"arguments\": ‹arguments›}";

  private static final List<ToolFormat> ALL = List.of(
      objects("Kimi K2", "<|tool_calls_section_begin|>", "<|tool_call_begin|>functions.‹name›:‹number›"
          + "<|tool_call_argument_begin|>‹arguments›<|tool_call_end|>", "", "<|tool_calls_section_end|>",
          "<|tool_call_argument_begin|>"),
      objects("Solar", "<|tool_calls|>", "<|tool_call:begin|>‹id›<|tool_call:name|>‹name›<|tool_call:args|>‹arguments›"
          + "<|tool_call:end|>", "", "<|calls|>", "<|tool_call:args|>"),
      objects("DeepSeek R1, fenced", "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>function<｜tool▁sep｜>‹name›\n```json\n"
          + "‹arguments›\n```\n<｜tool▁call▁end｜>", "\n", "<｜tool▁calls▁end｜>", "<｜tool▁sep｜>",
          "```\n<｜tool▁call▁end｜>"),
      objects("DeepSeek V3", "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>function<｜tool▁sep｜>‹name›\n```json\n"
          + "‹arguments›\n```<｜tool▁call▁end｜>", "\n", "<｜tool▁calls▁end｜>", "<｜tool▁sep｜>"),
      parameters("DeepSeek V3.2", "<｜DSML｜function_calls>\n", "<｜DSML｜invoke name=\"‹name›\">\n‹parameters›"
          + "</｜DSML｜invoke>\n", "", "</｜DSML｜function_calls>",
          "<｜DSML｜parameter name=\"‹key›\" string=\"‹text›\">‹value›</｜DSML｜parameter>\n", "｜DSML｜"),
      objects("Command", "<|START_ACTION|>[\n    ", "{\"tool_call_id\": \"‹number›\", \"tool_name\": \"‹name›\", "
          + "\"parameters\": ‹arguments›}", ",\n    ", "\n]<|END_ACTION|>", "<|START_ACTION|>", "tool_call_id"),
      single("Harmony", " to=functions.‹name›<|channel|>commentary json<|message|>‹arguments›<|call|>", "<|call|>",
          "<|channel|>commentary"),
      objects("Apertus", "<|tools_prefix|>[", "{\"‹name›\": ‹arguments›}", ", ", "]<|tools_suffix|>",
          "<|tools_prefix|>"),
      objects("Nemotron", "<TOOLCALL>[", OBJECT, ", ", "]</TOOLCALL>", "<TOOLCALL>["),
      objects("Mistral Small", "", "[TOOL_CALLS]‹name›[CALL_ID]‹id›[ARGS]‹arguments›", "", "", "[CALL_ID]", "[ARGS]"),
      objects("Ministral", "", "[TOOL_CALLS]‹name›[ARGS]‹arguments›", "", "", "[TOOL_CALLS]", "[ARGS]"),
      objects("Mistral, identifier first", "[TOOL_CALLS] [",
          "{\"id\": \"‹id›\", \"name\": \"‹name›\", \"arguments\": ‹arguments›}", ", ", "]", "[TOOL_CALLS] [",
          "dict(id="),
      objects("Mistral with a blank", "[TOOL_CALLS] [",
          "{\"name\": \"‹name›\", \"arguments\": ‹arguments›, \"id\": \"‹id›\"}", ", ", "]", "[TOOL_CALLS] ["),
      objects("Mistral", "[TOOL_CALLS][",
          "{\"name\": \"‹name›\", \"arguments\": ‹arguments›, \"id\": \"‹id›\"}", ", ", "]", "[TOOL_CALLS]["),
      parameters("MiniMax", "<minimax:tool_call>\n", "<invoke name=\"‹name›\">\n‹parameters›</invoke>\n", "",
          "</minimax:tool_call>", "<parameter name=\"‹key›\">‹value›</parameter>\n", "<minimax:tool_call>"),
      parameters("Seed", "", "<seed:tool_call>\n<function=‹name›>\n‹parameters›</function>\n</seed:tool_call>", "\n",
          "",
          "<parameter=‹key›>‹value›</parameter>\n", "<seed:tool_call>"),
      parameters("Qwen3 Coder", "", "<tool_call>\n<function=‹name›>\n‹parameters›</function>\n</tool_call>", "\n", "",
          "<parameter=‹key›>\n‹value›\n</parameter>\n", "\n<tool_call>\n<function=' +"),
      parameters("Step", "", "<tool_call>\n<function=‹name›>\n‹parameters›</function>\n</tool_call>", "", "",
          "<parameter=‹key›>\n‹value›\n</parameter>\n", "<tool_call>\n<function=' +"),
      parameters("GLM 4.7", "", "<tool_call>‹name›‹parameters›</tool_call>", "", "",
          "<arg_key>‹key›</arg_key><arg_value>‹value›</arg_value>", "</arg_key><arg_value>"),
      parameters("GLM 4.6", "", "<tool_call>‹name›\n‹parameters›</tool_call>", "\n", "",
          "<arg_key>‹key›</arg_key>\n<arg_value>‹value›</arg_value>\n", "<arg_key>"),
      new ToolFormat("Gemma 4", "", "<|tool_call>call:‹name›{‹parameters›}<tool_call|>", "", "", "‹key›:‹value›", ",",
          "<|\"|>", List.of("<|tool_call>call:")),
      objects("Functionary 3.1", "", "<function=‹name›>‹arguments›</function>", "", "", "<function=", "</function>"),
      objects("Functionary 3.2", "", "‹name›\n‹arguments›", ">>>", "", ">>>all\n"),
      objects("Functionary 2", "", "‹name›\n<|content|>‹arguments›", "\n<|from|>assistant\n<|recipient|>", "",
          "<|recipient|>"),
      objects("Jamba", "<tool_calls>[\n    ", OBJECT, ",\n    ", "\n]</tool_calls>", "tool_calls_prefix"),
      objects("Apriel", "<tool_calls>[", "{\"name\": \"‹name›\", \"arguments\": ‹arguments›, \"id\": \"‹id›\"}", ", ",
          "]</tool_calls>", "<tool_calls>["),
      objects("Hermes, arguments first", "",
          "<tool_call>\n{\"arguments\": ‹arguments›, \"name\": \"‹name›\"}\n</tool_call>", "\n", "", "{\"arguments\": <args-dict>, \"name\": <function-name>}"),
      objects("Hermes", "", "<tool_call>\n" + OBJECT + "\n</tool_call>", "\n", "", "<tool_call>\n{"),
      objects("EXAONE", "", "<tool_call>" + OBJECT + "</tool_call>", "\n", "", "<tool_call>{\"name\""),
      objects("Hermes", "", "<tool_call>\n" + OBJECT + "\n</tool_call>", "\n", "", "\n<tool_call>\n' }}",
          "{\"name\": <function-name>, \"arguments\": <args-dict>}"),
      objects("FireFunction 1", "", "<functioncall>" + OBJECT, "", "", "<functioncall>{"),
      objects("FireFunction 2", "functools[", OBJECT, ", ", "]", " functools["),
      single("GigaChat", "<|message_sep|>\n\nfunction call<|role_sep|>\n" + OBJECT, "function call", "<|role_sep|>"),
      single("Llama 3", "{\"name\": \"‹name›\", \"parameters\": ‹arguments›}", "\"parameters\": ", "ipython"));

  /** Formats that are known and have no grammar. */
  private static final List<List<String>> REFUSED = List.of(
      List.of("<|tool_call_start|>", "calls are written in Python between <|tool_call_start|> and <|tool_call_end|>"),
      List.of("Action:", "calls are written in indented JSON behind Action:"));

  private static ToolFormat objects(String name, String open, String call, String between, String close,
      String... signs) {
    return new ToolFormat(name, open, call, between, close, null, "", "", List.of(signs));
  }

  private static ToolFormat single(String name, String call, String... signs) {
    return new ToolFormat(name, "", call, null, "", null, "", "", List.of(signs));
  }

  private static ToolFormat parameters(String name, String open, String call, String between, String close,
      String parameter, String sign) {
    return new ToolFormat(name, open, call, between, close, parameter, "", "", List.of(sign));
  }

  /** The formats that are known. */
  public static List<ToolFormat> all() {
    return ALL;
  }

  /** The format in which a chat template prints calls. */
  public static ToolFormat of(String template) {
    String text = template.replace("\\n", "\n").replace("\\\"", "\"");
    for (ToolFormat format : ALL) {
      if (format.signs.stream().allMatch(text::contains)) {
        return format;
      }
    }
    for (List<String> refused : REFUSED) {
      if (text.contains(refused.getFirst())) {
        throw new QuipuException("the chat template's format of tool calls has no grammar: " + refused.getLast());
      }
    }
    throw new QuipuException("the chat template prints no tool calls in a format that is known; known: "
        + String.join(", ", ALL.stream().map(ToolFormat::name).toList()));
  }

  /** What a call of any tool begins with, up to the end of the first mark; empty if a tool's name stands first. */
  String beginning() {
    String text = open + call;
    String fixed = text.substring(0, text.indexOf('‹'));
    int end = fixed.replace(']', '>').indexOf('>');
    return end < 0 ? fixed : fixed.substring(0, end + 1);
  }

  /** Whether a text, such as that of a special token, is part of what is written around the calls. */
  public boolean writes(String text) {
    return (open + "\0" + call + "\0" + between + "\0" + close + "\0" + parameter + "\0" + quote).contains(text);
  }
}
