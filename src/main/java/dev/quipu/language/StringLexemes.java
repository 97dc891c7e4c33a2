package dev.quipu.language;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The states of strings that were met, each once: of one schema, say. Bounded: when there are too many it begins anew,
 * after which a state may be there twice. May be used by many threads.
 */
public final class StringLexemes {

  private static final int LIMIT = 20_000;
  private static final StringLexemes UNRESTRICTED = new StringLexemes(false);
  private static final StringLexemes UNRESTRICTED_PLAIN = new StringLexemes(true);

  /** What has to be escaped. */
  private static final Language SPECIAL = Language.chars(CodePointSet.ofRanges(0, ' ' - 1, '"', '"', '\\', '\\'))
      .then(Language.ANY);

  private final boolean plain;
  private final Map<State, StringLexeme> states = new ConcurrentHashMap<>();

  private record State(Language rest, int unfinished) {}

  /** Characters may be escaped as one likes. */
  public StringLexemes() {
    this(false);
  }

  /** @param plain whether only those characters may be escaped that have to be */
  public StringLexemes(boolean plain) {
    this.plain = plain;
  }

  boolean plain() {
    return plain;
  }

  boolean mayEscape(int codePoint) {
    return !plain || codePoint < ' ' || codePoint == '"' || codePoint == '\\';
  }

  /** What of a language may begin with an escape. */
  Language escapable(Language rest) {
    return plain ? rest.and(SPECIAL) : rest;
  }

  /** The beginning of a string of a language that has one. */
  public StringLexeme of(Language language) {
    return of(language, Unfinished.NOTHING);
  }

  StringLexeme of(Language rest, int unfinished) {
    StringLexemes unrestricted = plain ? UNRESTRICTED_PLAIN : UNRESTRICTED;
    if (rest == Language.ANY && this != unrestricted) {
      return unrestricted.of(rest, unfinished);
    }
    State state = new State(rest, unfinished);
    StringLexeme known = states.get(state);
    if (known == null) {
      if (states.size() >= LIMIT) {
        states.values().forEach(StringLexeme::forget);
        states.clear();
      }
      known = states.computeIfAbsent(state, key -> new StringLexeme(this, rest, unfinished));
    }
    return known;
  }

  /** How many states are remembered. */
  public int size() {
    return states.size();
  }
}
