package dev.quipu.language;

/** A short text, read off an expression: sooner than its states are walked through, where it is found. */
final class Glimpse {

  /** A longer text is not looked for. */
  private static final int LONGEST = 64;

  private Glimpse() {}

  /** Whether a text is seen. */
  static boolean sees(Language language) {
    return language.minLength <= LONGEST && text(language) != null;
  }

  /** One that is in the language; null if none is seen. */
  private static String text(Language language) {
    var text = new StringBuilder();
    return append(language, text) ? text.toString() : null;
  }

  private static boolean append(Language language, StringBuilder text) {
    if (language.acceptsEmpty || language == Language.NONE) {
      return language.acceptsEmpty;
    }
    switch (language) {
      case Chars chars -> text.appendCodePoint(chars.set.first());
      case Sequence sequence when !sequence.is(Language.BEHIND | Language.AHEAD) -> {
        return appendRow(sequence, text);
      }
      case Repetition rounds when !rounds.is(Language.BEHIND | Language.AHEAD) -> {
        for (int i = 0; i < rounds.min; i++) {
          if (!append(rounds.body, text)) {
            return false;
          }
        }
      }
      case Choice choice -> {
        return append(shortest(choice), text);
      }
      case Intersection both -> {
        return appendCommon(both, text);
      }
      case Automaton automaton -> text.append(automaton.shortestText());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean appendRow(Sequence sequence, StringBuilder text) {
    Language at = sequence;
    for (; at instanceof Sequence row; at = row.tail) {
      if (!append(row.head, text)) {
        return false;
      }
    }
    return append(at, text);
  }

  private static Language shortest(Choice choice) {
    Language shortest = choice.parts[0];
    for (Language part : choice.parts) {
      shortest = part.minLength < shortest.minLength ? part : shortest;
    }
    return shortest;
  }

  /** A text of one part that all the others have, too. */
  private static boolean appendCommon(Intersection both, StringBuilder text) {
    for (Language part : both.parts) {
      String common = part.minLength == both.minLength ? text(part) : null;
      if (common != null && !common.isEmpty() && isIn(both, part, common)) {
        text.append(common);
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(Intersection both, Language except, String text) {
    for (Language part : both.parts) {
      if (part != except && !part.accepts(text)) {
        return false;
      }
    }
    return true;
  }
}
