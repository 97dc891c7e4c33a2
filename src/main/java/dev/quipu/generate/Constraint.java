package dev.quipu.generate;

import dev.quipu.QuipuException;
import dev.quipu.grammar.Grammar;
import dev.quipu.grammar.ToolChoice;
import dev.quipu.grammar.ToolFormat;
import dev.quipu.grammar.ToolGrammar;
import dev.quipu.language.EcmaPattern;
import dev.quipu.language.Language;
import dev.quipu.language.TextPosition;
import dev.quipu.mask.Position;
import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import java.util.List;
import java.util.Map;

/**
 * What a generated text has to be, from its first character to its last: at every step exactly those tokens can come
 * that can still lead to such a text, and the answer can end only where it is one. Holds for what is generated, not for
 * the prompt or a beginning given with it. Requests of one engine may share it.
 *
 * @param start        where nothing is written yet. Used by the engine's thread; one that throws ends its own
 *                     generation and no other
 * @param forcedTokens whether text that must follow is taken without asking the model, in the tokens that the
 *                     tokenizer makes of it. A token whose end is not certain is left to the model: one that would be
 *                     another if a longer token followed that reaches into what is still free, and all from there on.
 *                     Of tokens so taken the log-probability is 0
 * @param finish       whether the text is closed before {@code maxTokens} or the context cut it: where the budget
 *                     would not hold, after one more token of the model's choice, a shortest completion, that is
 *                     taken instead
 * @param warnings     what the user should know, such as keywords without effect
 * @param marks        whether special tokens may be written where the position asks for their {@link
 *                     dev.quipu.mask.Mark}; else they cannot be written
 */
public record Constraint(
    Position start, boolean forcedTokens, boolean finish, List<String> warnings, boolean marks) {

  public Constraint {
    warnings = List.copyOf(warnings);
  }

  /** Texts that a position accepts. */
  public static Constraint of(Position start) {
    return of(start, List.of());
  }

  private static Constraint of(Position start, List<String> warnings) {
    return new Constraint(start, true, false, warnings, false);
  }

  /** A text that a pattern matches from its beginning to its end; ECMA-262, as in a JSON schema. */
  public static Constraint regex(String pattern) {
    return of(TextPosition.of(EcmaPattern.whole(pattern)), "no text matches the pattern");
  }

  /** One of some texts. */
  public static Constraint choice(List<String> texts) {
    return of(TextPosition.of(Language.texts(texts)), "there is no text to choose");
  }

  private static Constraint of(Position start, String otherwise) {
    if (start == null) {
      throw new QuipuException(otherwise);
    }
    return of(start);
  }

  /**
   * JSON that satisfies a schema.
   *
   * @param schema its text, or what a JSON reader made of it
   * @throws dev.quipu.schema.UnsupportedSchema if it cannot be enforced exactly
   */
  public static Constraint jsonSchema(Object schema, SchemaOptions options) {
    JsonSchema compiled = schema instanceof String text ? JsonSchema.compile(text, options)
        : JsonSchema.compile(schema, options);
    return of(compiled.start(), compiled.warnings());
  }

  /** Any JSON object. */
  public static Constraint jsonObject(SchemaOptions options) {
    return jsonSchema(Map.of("type", "object"), options);
  }

  /**
   * A text of a grammar.
   *
   * @param name of its file: GBNF if it ends with {@code .gbnf}, else the dialect of Lark that llguidance reads
   */
  public static Constraint grammar(String text, String name) {
    return of(Grammar.read(text, name, SchemaOptions.generating()).start());
  }

  /**
   * Calls of tools, or text; see {@link Engine#tools}, which knows the format and the special tokens.
   *
   * @param tools   a list of tools as in OpenAI's interface
   * @param special the ids of special tokens that the format writes
   */
  public static Constraint tools(
      ToolFormat format, Object tools, ToolChoice choice, SchemaOptions options, Map<String, Integer> special) {
    return new Constraint(ToolGrammar.start(format, tools, choice, options, special), true, false, List.of(), true);
  }

  public Constraint withForcedTokens(boolean forcedTokens) {
    return new Constraint(start, forcedTokens, finish, warnings, marks);
  }

  public Constraint withFinish(boolean finish) {
    return new Constraint(start, forcedTokens, finish, warnings, marks);
  }
}
