package dev.quipu.generate;

import dev.quipu.QuipuException;
import dev.quipu.grammar.Grammar;
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
 */
public record Constraint(Position start, boolean forcedTokens, boolean finish, List<String> warnings) {

  public Constraint {
    warnings = List.copyOf(warnings);
  }

  /** Texts that a position accepts. */
  public static Constraint of(Position start) {
    return of(start, List.of());
  }

  private static Constraint of(Position start, List<String> warnings) {
    return new Constraint(start, true, false, warnings);
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

  public Constraint withForcedTokens(boolean forcedTokens) {
    return new Constraint(start, forcedTokens, finish, warnings);
  }

  public Constraint withFinish(boolean finish) {
    return new Constraint(start, forcedTokens, finish, warnings);
  }
}
