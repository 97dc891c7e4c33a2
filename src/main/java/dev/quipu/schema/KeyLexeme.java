package dev.quipu.schema;

import dev.quipu.language.StringLexeme;
import dev.quipu.mask.BeyondAscii;
import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Successors;
import java.util.Arrays;

/**
 * The inside of a key, with what it may still turn out to be: one of the keys that are named, or of a class of others,
 * whose keys are alike to what follows.
 */
final class KeyLexeme extends Lexeme {

  private final KeyLexemes table;

  /** Of all keys that may come. */
  private final StringLexeme allowed;

  /** Of the keys that are named, then of each class; null where it can be none of them. */
  private final StringLexeme[] kinds;

  private final int hash;
  /** The states after bytes; null: not known yet; DEAD: none. */
  private final Successors<Lexeme> known = new Successors<>();

  KeyLexeme(KeyLexemes table, StringLexeme allowed, StringLexeme[] kinds) {
    this.table = table;
    this.allowed = allowed;
    this.kinds = kinds;
    this.hash = allowed.hashCode() * 31 + Arrays.hashCode(kinds);
  }

  @Override
  public Lexeme next(int b) {
    Lexeme next = known.get(b);
    if (next == null) {
      StringLexeme further = allowed.next(b);
      next = further == null ? DEAD : after(further, kind -> kind.next(b));
      known.put(b, next);
    }
    return next == DEAD ? null : next;
  }

  StringLexeme allowed() {
    return allowed;
  }

  private interface Step {
    StringLexeme of(StringLexeme kind);
  }

  private Lexeme after(StringLexeme next, Step step) {
    StringLexeme[] nexts = new StringLexeme[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      nexts[i] = kinds[i] == null ? null : step.of(kinds[i]);
    }
    return table.of(next, nexts);
  }

  /** The number of the class that the key is of, if it ends here; -1 if it is a key that is named, or may not end. */
  int classHere() {
    for (int i = 0; i < kinds.length; i++) {
      if (kinds[i] != null && kinds[i].canClose()) {
        return i - 1;
      }
    }
    return -1;
  }

  @Override
  public boolean isQuoted() {
    return true;
  }

  @Override
  public boolean endsBefore(int b) {
    return allowed.endsBefore(b);
  }

  @Override
  public boolean unrestricted() {
    return allowed.unrestricted();
  }

  @Override
  public int repeats() {
    return allowed.repeats();
  }

  @Override
  public Lexeme after(BeyondAscii kind) {
    StringLexeme next = allowed.after(kind);
    for (StringLexeme one : kinds) {
      if (one != null && one.mayGoOn(kind) && one.after(kind) == null) {
        return null;
      }
    }
    return next == null ? null : after(next, one -> one.after(kind));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof KeyLexeme other && allowed == other.allowed && Arrays.equals(kinds, other.kinds);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
