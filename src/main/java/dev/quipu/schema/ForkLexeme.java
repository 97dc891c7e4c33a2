package dev.quipu.schema;

import dev.quipu.mask.Lexeme;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Several lexemes side by side, one for each point of a fork; some may have come to an end. */
final class ForkLexeme extends Lexeme {

  private final Map<ForkLexeme, ForkLexeme> table;
  private final Lexeme[] parts;
  private final int hash;
  /** The states after bytes; null: not known yet; DEAD: none. */
  private final Lexeme[] known = new Lexeme[256];

  private ForkLexeme(Map<ForkLexeme, ForkLexeme> table, Lexeme[] parts) {
    this.table = table;
    this.parts = parts;
    this.hash = Arrays.hashCode(parts);
  }

  static ForkLexeme of(Lexeme[] parts) {
    return new ForkLexeme(new ConcurrentHashMap<>(), parts);
  }

  /** The state of one point's lexeme, or null. */
  Lexeme part(int i) {
    return parts[i];
  }

  @Override
  public Lexeme next(int b) {
    Lexeme next = known[b];
    if (next == null) {
      next = find(b);
      known[b] = next;
    }
    return next == DEAD ? null : next;
  }

  private Lexeme find(int b) {
    Lexeme[] nexts = new Lexeme[parts.length];
    boolean any = false;
    for (int i = 0; i < parts.length; i++) {
      nexts[i] = parts[i] == null ? null : parts[i].next(b);
      any |= nexts[i] != null;
    }
    if (!any) {
      return DEAD;
    }
    ForkLexeme next = new ForkLexeme(table, nexts);
    ForkLexeme before = table.putIfAbsent(next, next);
    return before == null ? next : before;
  }

  @Override
  public boolean endsBefore(int b) {
    return Arrays.stream(parts).anyMatch(part -> part != null && part.endsBefore(b));
  }

  @Override
  public boolean unrestricted() {
    return Arrays.stream(parts).anyMatch(part -> part != null && part.unrestricted());
  }

  @Override
  public boolean isQuoted() {
    return Arrays.stream(parts).allMatch(part -> part == null || part.isQuoted());
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ForkLexeme other && hash == other.hash && Arrays.equals(parts, other.parts);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
