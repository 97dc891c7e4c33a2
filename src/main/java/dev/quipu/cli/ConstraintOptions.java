package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.cli.Syntax.Group;
import dev.quipu.config.Json;
import dev.quipu.generate.Constraint;
import dev.quipu.generate.Engine;
import dev.quipu.grammar.ToolChoice;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.KeyOrder;
import dev.quipu.schema.SchemaOptions.Whitespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What an answer has to be, in the words of flags. Makes each constraint once, however many requests have it. */
final class ConstraintOptions {

  private static final List<String> KINDS = List.of("json-schema", "json-object", "regex", "choice", "grammar");

  static final String TOOLS = "tools";
  private static final String TOOL_CHOICE = "tool-choice";

  private static final List<String> OF_JSON = List.of("key-order", "whitespace", "strict-formats");

  private static final List<String> OF_ALL = List.of("finish-json", "no-forced-tokens");

  static final Group GROUP = new Group("What the answer has to be", List.of(
      Syntax.json("json-schema", "FILE|TEXT",
          "JSON by this schema: a file, or the schema itself; one that cannot be enforced exactly is refused"),
      Syntax.toggle("json-object", "any JSON object"),
      Syntax.flag("regex", "PATTERN", "a text that the pattern matches as a whole (ECMA-262)"),
      Syntax.texts("choice", "TEXT", "this text, or one of several: may be repeated"),
      Syntax.flag("grammar", "FILE", "a text of a grammar: in Lark's notation, or GBNF in a file that ends with .gbnf"),
      Syntax.flag("tools", "FILE", "a JSON list of functions, as in OpenAI's interface, that the model is told of and may"
          + " call, in the way of its chat template"),
      Syntax.flag("tool-choice", "CHOICE",
          "auto (the default): text or calls; required: calls; or the name of the tool to call"),
      Syntax.flag("key-order", "ORDER",
          "of an object's keys: schema (the default), as the schema names them, then others; or any"),
      Syntax.flag("whitespace", "POLICY",
          "in JSON: python (the default), a space after each comma and colon; compact, none;"
          + " flexible, a blank or a line end, indented; or any, up to 256 in a place"),
      Syntax.toggle("strict-formats", "refuse a format that no draft of JSON Schema names, instead of ignoring it"),
      Syntax.toggle("finish-json", "close the text where it would not be complete within --max-tokens or the context"),
      Syntax.toggle("no-forced-tokens", "ask the model even where only one text can follow")));

  private final Map<List<Object>, Constraint> made = new HashMap<>();

  /**
   * The constraint that the flags ask for, or null.
   *
   * @throws UsageException          if they ask for two
   * @throws InvalidRequestException for one that cannot be
   */
  Constraint of(Flags flags) {
    for (String kind : KINDS) {
      flags.refuseTogether(kind, TOOLS);
      KINDS.stream().filter(other -> !other.equals(kind)).forEach(other -> flags.refuseTogether(kind, other));
    }
    List<Object> key = Stream.of(KINDS, OF_JSON).flatMap(List::stream).<Object>map(flags::values).toList();
    if (!made.containsKey(key)) {
      made.put(key, make(flags));
    }
    Constraint constraint = made.get(key);
    return constraint == null ? null
        : constraint.withFinish(flags.has("finish-json")).withForcedTokens(!flags.has("no-forced-tokens"));
  }

  /** The list of tools that the flags name; null if they name none. */
  static Object tools(Flags flags) {
    String file = flags.text(TOOLS);
    return file == null ? null : Json.parse(read(TOOLS, file), file);
  }

  /** Calls of those tools, or text. */
  static Constraint ofTools(Object tools, Flags flags, Engine engine) {
    try {
      return engine.tools(tools, ToolChoice.of(flags.text(TOOL_CHOICE) == null ? "auto" : flags.text(TOOL_CHOICE)),
          json(flags)).withFinish(flags.has("finish-json")).withForcedTokens(!flags.has("no-forced-tokens"));
    } catch (QuipuException e) {
      throw new InvalidRequestException(TOOLS, "cannot be: " + e.getMessage());
    }
  }

  /** Refuses flags that say how, where nothing says what. */
  static void refuseIdle(Flags flags) {
    boolean tools = flags.has(TOOLS);
    if (flags.has(TOOL_CHOICE) && !tools) {
      throw flags.contradiction("--" + TOOL_CHOICE + " is for --" + TOOLS);
    }
    boolean json = flags.has("json-schema") || flags.has("json-object") || tools;
    for (String flag : OF_JSON) {
      if (flags.has(flag) && !json) {
        throw flags.contradiction("--" + flag + " is for --json-schema, --json-object and --tools");
      }
    }
    for (String flag : OF_ALL) {
      if (flags.has(flag) && !tools && KINDS.stream().noneMatch(flags::has)) {
        throw flags.contradiction("--" + flag + " is for what an answer has to be: --" + String.join(", --", KINDS));
      }
    }
  }

  private static Constraint make(Flags flags) {
    return KINDS.stream().filter(flags::has).findFirst().map(kind -> make(kind, flags)).orElse(null);
  }

  private static SchemaOptions json(Flags flags) {
    return SchemaOptions.generating().withStrictFormats(flags.has("strict-formats"))
        .withKeyOrder(flags.choice("key-order", KeyOrder.SCHEMA))
        .withWhitespace(flags.choice("whitespace", Whitespace.PYTHON));
  }

  private static Constraint make(String kind, Flags flags) {
    SchemaOptions json = json(flags);
    Object source = source(kind, flags);
    try {
      return switch (kind) {
        case "json-schema" -> Constraint.jsonSchema(source, json);
        case "json-object" -> Constraint.jsonObject(json);
        case "regex" -> Constraint.regex((String) source);
        case "choice" -> Constraint.choice(flags.texts(kind));
        default -> Constraint.grammar((String) source, flags.text(kind));
      };
    } catch (QuipuException e) {
      throw new InvalidRequestException(kind.replace('-', '_'), "cannot be: " + e.getMessage());
    }
  }

  /** What the flag gives: for a file, its text. */
  private static Object source(String kind, Flags flags) {
    Object value = flags.values(kind).isEmpty() ? null : flags.values(kind).getLast();
    boolean file =
        kind.equals("grammar") || kind.equals("json-schema") && value instanceof String text && !isSchema(text);
    return file ? read(kind, (String) value) : value;
  }

  private static boolean isSchema(String text) {
    return text.strip().startsWith("{") || text.strip().equals("true") || text.strip().equals("false");
  }

  private static String read(String flag, String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw new QuipuException("--" + flag + ": cannot read the file " + file + ": " + Failures.reason(e), e);
    }
  }
}
