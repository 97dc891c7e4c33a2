package dev.quipu.grammar;

import dev.quipu.QuipuException;
import dev.quipu.language.CodePointSet;
import dev.quipu.language.EcmaPattern;
import dev.quipu.language.Formats;
import dev.quipu.language.Language;
import dev.quipu.mask.Mark;
import dev.quipu.mask.Position;
import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The grammar of calls of tools: names are those of the tools, and arguments what their schemas allow. Arguments that
 * stand in one object come in any order or the schema's, as the options say; those that stand apart in the schema's.
 */
public final class ToolGrammar {

  private static final Language ID = Language.chars(CodePointSet.ofRanges('a', 'z', 'A', 'Z', '0', '9')
      .or(CodePointSet.anyOf("_-."))).repeat(1, 64);
  private static final Language MISTRAL_ID =
      Language.chars(CodePointSet.ofRanges('a', 'z', 'A', 'Z', '0', '9')).repeat(9, 9);
  private static final Language NUMBER =
      Language.text("0").or(Language.chars(CodePointSet.range('1', '9')).then(
          Language.chars(CodePointSet.range('0', '9')).repeat(0, 2)));
  /** Keywords about texts, which hold without quotes too; and those that say nothing about a value. */
  private static final Set<String> ABOUT_TEXTS = Set.of("enum", "const", "minLength", "maxLength", "pattern", "format");
  private static final Set<String> ABOUT_NOTHING = Set.of("type", "title", "description", "default", "examples",
      "example", "deprecated", "readOnly", "writeOnly", "$comment", "$defs", "definitions");

  private final ToolFormat format;
  private final SchemaOptions options;
  private final Map<String, Integer> special;
  private final GrammarBuilder builder = new GrammarBuilder("tools");
  private int rules;

  private ToolGrammar(ToolFormat format, SchemaOptions options, Map<String, Integer> special) {
    this.format = format;
    this.options = options;
    this.special = special;
  }

  /**
   * @param tools parsed JSON: a list of tools as in OpenAI's interface, {@code {"type": "function", "function": {"name":
   *              …, "parameters": …}}}, or of functions alone
   */
  public static Grammar of(ToolFormat format, Object tools, SchemaOptions options) {
    return new ToolGrammar(format, options, Map.of()).grammar(functions(tools));
  }

  /**
   * What an answer may be.
   *
   * @param special the ids of special tokens that the format writes: these are {@link Mark}s
   */
  public static Position start(
      ToolFormat format, Object tools, ToolChoice choice, SchemaOptions options, Map<String, Integer> special) {
    Map<String, Map<String, Object>> functions = functions(tools);
    if (choice.tool() != null && !functions.containsKey(choice.tool())) {
      throw new QuipuException("tools: there is no tool called " + choice.tool() + "; there are "
          + String.join(", ", functions.keySet()));
    }
    if (choice.tool() != null) {
      functions.keySet().retainAll(Set.of(choice.tool()));
    }
    ToolGrammar grammar = new ToolGrammar(format, options, special);
    Position calls = grammar.grammar(functions).start();
    return choice.text() ? grammar.textOr(calls) : calls;
  }

  private Position textOr(Position calls) {
    String beginning = format.beginning();
    if (beginning.isEmpty()) {
      throw new QuipuException("tools: " + format.name() + " begins calls with a tool's name, which a text may begin "
          + "with as well; a call can be required only");
    }
    byte[] mark = bytes(beginning);
    Position behind = calls;
    for (byte b : mark) {
      behind = behind.next(b & 255);
    }
    return Prose.of(mark, behind, beginning.startsWith("{"));
  }

  /** Special tokens are their marks. */
  private byte[] bytes(String text) {
    var bytes = new ByteArrayOutputStream();
    for (String part : parts(text)) {
      bytes.writeBytes(special.containsKey(part) ? Mark.bytes(special.get(part))
          : part.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Special tokens, the longest where there are several, and what stands between them. */
  private List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < text.length(); ) {
      String rest = text.substring(at);
      String found = special.keySet().stream().filter(rest::startsWith)
          .max(Comparator.comparingInt(String::length)).orElse(null);
      if (found == null) {
        at++;
      } else {
        parts.addAll(from < at ? List.of(text.substring(from, at), found) : List.of(found));
        at += found.length();
        from = at;
      }
    }
    if (from < text.length()) {
      parts.add(text.substring(from));
    }
    return parts;
  }

  private static Map<String, Map<String, Object>> functions(Object tools) {
    if (!(tools instanceof List<?> list) || list.isEmpty()) {
      throw new QuipuException("tools: expected a list of at least one tool");
    }
    Map<String, Map<String, Object>> functions = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      Map<String, Object> tool = object(list.get(i), "tools[" + i + "]");
      Map<String, Object> function = tool.containsKey("function")
          ? object(tool.get("function"), "tools[" + i + "].function") : tool;
      if (!(function.get("name") instanceof String name) || !name.matches("[A-Za-z0-9_.-]{1,128}")) {
        throw new QuipuException("tools[" + i + "]: expected a name of letters, digits, '_', '-' and '.', found "
            + function.get("name"));
      }
      Object parameters = function.get("parameters");
      Map<String, Object> schema = new LinkedHashMap<>(parameters == null ? Map.of() : object(parameters, name
          + ".parameters"));
      schema.putIfAbsent("type", "object");
      if (functions.put(name, schema) != null) {
        throw new QuipuException("tools: there are two tools called " + name);
      }
    }
    return functions;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value, String where) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new QuipuException(where + ": expected an object");
  }

  private Grammar grammar(Map<String, Map<String, Object>> functions) {
    List<Expression> calls = new ArrayList<>();
    for (var function : functions.entrySet()) {
      calls.add(call(function.getKey(), function.getValue()));
    }
    builder.rule("call", Expression.choice(calls));
    Expression call = new Expression.Reference("call");
    Pieces all = new Pieces().text(format.open()).add(call);
    if (format.between() != null) {
      Expression next = new Pieces().text(format.between()).add(call).toExpression();
      all.add(new Expression.Repetition(next, 0, Expression.NO_LIMIT));
    }
    builder.rule("start", all.text(format.close()).toExpression());
    return builder.build("start");
  }

  private Expression call(String name, Map<String, Object> schema) {
    Pieces call = new Pieces();
    for (String piece : pieces(format.call())) {
      switch (piece) {
        case "‹name›" -> call.text(name);
        case "‹arguments›" -> call.add(builder.machine(name, JsonSchema.compile(schema, options).start()));
        case "‹parameters›" -> call.add(parameters(name, schema));
        case "‹id›" -> call.add(builder.lexeme("id", format.name().startsWith("Mistral") ? MISTRAL_ID : ID, false));
        case "‹number›" -> call.add(builder.lexeme("number", NUMBER, false));
        default -> call.text(piece);
      }
    }
    return call.toExpression();
  }

  /** What stands between marks and the marks, in their order. */
  private static List<String> pieces(String pattern) {
    return List.of(pattern.split("(?=‹)|(?<=›)"));
  }

  private Expression parameters(String tool, Map<String, Object> schema) {
    return properties("tool " + tool, schema, schema, format.parameter());
  }

  /** Each property that the schema names, in its order; where there is a comma between them, templates sort them. */
  private Expression properties(String where, Map<String, Object> schema, Map<String, Object> root, String pattern) {
    Map<String, Object> properties = schema.get("properties") == null ? Map.of()
        : object(schema.get("properties"), where + ".properties");
    if (!format.comma().isEmpty()) {
      properties = new TreeMap<>(properties);
    }
    Set<Object> required = new LinkedHashSet<>(schema.get("required") instanceof List<?> list ? list : List.of());
    for (Object name : required) {
      if (!properties.containsKey(name)) {
        throw new QuipuException(where + ": the argument " + name + " is required and not described");
      }
    }
    Expression[] rest = {Expression.EMPTY, Expression.EMPTY}; // where no argument was before, and where one was
    for (String key : new ArrayList<>(properties.keySet()).reversed()) {
      Expression parameter = parameter(where + ": the argument " + key, key, properties.get(key), root, pattern);
      Expression[] from = new Expression[2];
      for (int some = 0; some < 2; some++) {
        Expression here = new Pieces().text(some == 0 ? "" : format.comma()).add(parameter).add(rest[1]).toExpression();
        from[some] = rule(required.contains(key) ? here : Expression.choice(List.of(here, rest[some])));
      }
      rest = from;
    }
    return rest[0];
  }

  private Expression rule(Expression body) {
    String name = "arguments" + rules++;
    builder.rule(name, body);
    return new Expression.Reference(name);
  }

  private Expression parameter(String where, String key, Object schema, Map<String, Object> root, String pattern) {
    String[] around = pattern.split("‹value›", -1);
    Map<String, Object> value = schema instanceof Map<?, ?> ? object(schema, key) : Map.of();
    String before = around[0].replace("‹key›", key).replace("‹text›", String.valueOf(isText(value)));
    return new Pieces().text(before).add(value(where, value, root, around[1])).toExpression();
  }

  /** A value and what stands behind it. */
  private Expression value(String where, Map<String, Object> schema, Map<String, Object> root, String behind) {
    if (isText(schema)) {
      Expression text = bare(schema, format.quote() + behind, where);
      return new Pieces().text(format.quote()).add(text).toExpression();
    }
    refuseUnclear(schema, where);
    if (!format.quote().isEmpty() && "array".equals(schema.get("type"))) {
      return new Pieces().text("[").add(elements(where, schema, root)).text("]" + behind).toExpression();
    } else if (!format.quote().isEmpty() && "object".equals(schema.get("type"))) {
      refuseOthers(schema, Set.of("properties", "required", "additionalProperties"), where);
      return new Pieces().text("{").add(properties(where, schema, root, "‹key›:‹value›")).text("}" + behind)
          .toExpression();
    }
    Map<String, Object> whole = new LinkedHashMap<>(schema);
    for (String definitions : List.of("$schema", "$defs", "definitions")) {
      if (root.containsKey(definitions)) {
        whole.putIfAbsent(definitions, root.get(definitions));
      }
    }
    Expression machine = builder.machine(where, JsonSchema.compile(whole, options).start());
    return new Pieces().add(machine).text(behind).toExpression();
  }

  private Expression elements(String where, Map<String, Object> schema, Map<String, Object> root) {
    refuseOthers(schema, Set.of("items"), where);
    Object items = schema.get("items");
    Expression element = value(where, items instanceof Map<?, ?> ? object(items, where) : Map.of(), root, "");
    Expression next = new Pieces().text(format.comma()).add(element).toExpression();
    return Expression.optional(Expression.sequence(List.of(element,
        new Expression.Repetition(next, 0, Expression.NO_LIMIT))));
  }

  private static boolean isText(Map<String, Object> schema) {
    return "string".equals(schema.get("type")) || !schema.containsKey("type") && (schema.get("const") instanceof String
        || schema.get("enum") instanceof List<?> list && list.stream().allMatch(String.class::isInstance));
  }

  /** Without quotes a text could look like another value, so a value is one or the other. */
  private void refuseUnclear(Map<String, Object> schema, String where) {
    boolean clear = schema.get("type") instanceof String || schema.get("type") instanceof List<?> list
        && !list.contains("string");
    if (!clear) {
      throw new QuipuException(where + " has no type that is one of string, number, integer, boolean, null, array and "
          + "object; " + format.name() + " writes texts without quotes, so it must be clear which are texts");
    }
  }

  /** What the format writes in its own way is kept as far as these keywords say. */
  private void refuseOthers(Map<String, Object> schema, Set<String> known, String where) {
    for (String keyword : schema.keySet()) {
      if (!known.contains(keyword) && !ABOUT_NOTHING.contains(keyword)) {
        throw new QuipuException(where + ": " + keyword + " is not supported where values are not in JSON, as "
            + format.name() + " writes them");
      }
    }
  }

  /** A text up to the end, which is not in it; a special token at the end is in no text anyway. */
  private Expression bare(Map<String, Object> schema, String end, String where) {
    refuseOthers(schema, ABOUT_TEXTS, where);
    int mark = mark(end);
    Language free = mark >= 0 ? Language.ANY : Language.ANY.then(Language.text(end)).then(Language.ANY).not();
    List<Language> all = new ArrayList<>(List.of(free, length(schema)));
    if (schema.get("enum") instanceof List<?> list) {
      all.add(Language.texts(list.stream().filter(String.class::isInstance).map(String.class::cast).toList()));
    }
    if (schema.get("const") instanceof String text) {
      all.add(Language.text(text));
    }
    if (schema.get("pattern") instanceof String pattern) {
      all.add(EcmaPattern.search(pattern));
    }
    if (schema.get("format") instanceof String named && Formats.of(named) != null) {
      all.add(Formats.of(named));
    }
    if (mark < 0) {
      return builder.lexeme(where, Language.allOf(all).then(Language.text(end)), true);
    }
    Expression text = builder.lexeme(where, Language.allOf(all).then(Language.text(end.substring(0, mark))), false);
    return new Pieces().add(text).text(end.substring(mark)).toExpression();
  }

  /** Where the first special token stands in a text, or −1. */
  private int mark(String text) {
    int at = 0;
    for (String part : parts(text)) {
      if (special.containsKey(part)) {
        return at;
      }
      at += part.length();
    }
    return -1;
  }

  private static Language length(Map<String, Object> schema) {
    int min = schema.get("minLength") instanceof Number number ? number.intValue() : 0;
    int max = schema.get("maxLength") instanceof Number number ? number.intValue() : -1;
    return max >= 0 && max < min ? Language.NONE : Language.lengths(min, max);
  }

  /** Texts and what stands between them; texts that meet become one lexeme. */
  private final class Pieces {

    private final List<Expression> expressions = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    Pieces text(String more) {
      text.append(more);
      return this;
    }

    Pieces add(Expression part) {
      flush();
      expressions.add(part);
      return this;
    }

    private void flush() {
      for (String part : parts(text.toString())) {
        expressions.add(special.containsKey(part) ? builder.machine(part, Mark.of(special.get(part)))
            : builder.lexeme(part, Language.text(part), false));
      }
      text.setLength(0);
    }

    Expression toExpression() {
      flush();
      return Expression.sequence(List.copyOf(expressions));
    }
  }
}
