package dev.quipu.grammar;

import dev.quipu.QuipuException;
import dev.quipu.mask.Position;
import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import java.util.List;

/** A context-free grammar that has at least one text, ready to guide the writing of one. Thread-safe. */
public final class Grammar {

  private final Position start;

  /**
   * Reads a grammar: in GBNF if its name ends with {@code .gbnf}, otherwise in Lark's notation.
   *
   * @param options for the schemas of {@code %json}
   */
  public static Grammar read(String text, String name, SchemaOptions options) {
    return name.endsWith(".gbnf") ? GbnfGrammar.parse(text, name)
        : LarkGrammar.parse(text, name, schema -> JsonSchema.compile(schema, options).start());
  }

  Grammar(String name, BinaryRules rules, List<Terminal> ignored, boolean ignoredAtStart) {
    this.start = new Machine(rules, ignored, ignoredAtStart).start();
    if (!start.complete() && !leadsOn()) {
      throw new QuipuException(name + ": no text is ever complete by this grammar: every way through its rules needs "
          + "itself, or a lexeme takes in what must follow it (a lexeme is as long as it can be)");
    }
  }

  private boolean leadsOn() {
    for (int b = 0; b < 256; b++) {
      if (start.next(b) != null) {
        return true;
      }
    }
    return false;
  }

  /** Before the first byte. */
  public Position start() {
    return start;
  }
}
