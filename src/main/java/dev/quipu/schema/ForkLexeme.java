package dev.quipu.schema;

import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Successors;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;

/** Several lexemes side by side, one for each point of a fork; some may have come to an end. */
final class ForkLexeme extends Lexeme {

  /** Those that somebody still has, each once. */
  private static final Map<ForkLexeme, WeakReference<ForkLexeme>> KNOWN = new WeakHashMap<>();

  private final Lexeme[] parts;
  private final int hash;
  /** The states after bytes; null: not known yet; DEAD: none. */
  private final Successors<Lexeme> known = new Successors<>();

  private ForkLexeme(Lexeme[] parts) {
    this.parts = parts;
    this.hash = Arrays.hashCode(parts);
  }

  static ForkLexeme of(Lexeme[] parts) {
    var fork = new ForkLexeme(parts);
    synchronized (KNOWN) {
      WeakReference<ForkLexeme> reference = KNOWN.get(fork);
      ForkLexeme known = reference == null ? null : reference.get();
      if (known != null) {
        return known;
      }
      KNOWN.put(fork, new WeakReference<>(fork));
      return fork;
    }
  }

  /** The state of one point's lexeme, or null. */
  Lexeme part(int i) {
    return parts[i];
  }

  @Override
  public Lexeme next(int b) {
    Lexeme next = known.get(b);
    if (next == null) {
      next = find(b);
      known.put(b, next);
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
    return any ? of(nexts) : DEAD;
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
