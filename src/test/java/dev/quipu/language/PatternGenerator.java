package dev.quipu.language;

import java.util.Random;

/** Random patterns that Java's own regular expressions understand alike. */
final class PatternGenerator {

  private static final String[] ATOMS = {"a", "b", "c", "-", ".", "\\d", "\\w", "\\s", "[ab]", "[^a]", "[a-c]",
      "[^\\w]", "\\S", "\\D", "\\W", "é", "\uD83D\uDE00", "\\u0061", "[\\d-]", "\\x62", "ab", "foo", "1"};
  private static final String[] QUANTIFIERS = {"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "+?"};
  private static final String CHARACTERS = "aabbccfo1-_ \né";

  private final Random random;
  private final boolean looks;

  PatternGenerator(Random random, boolean looks) {
    this.random = random;
    this.looks = looks;
  }

  String pattern() {
    return alternatives(2);
  }

  private String alternatives(int depth) {
    StringBuilder all = new StringBuilder(row(depth));
    while (random.nextInt(4) == 0) {
      all.append('|').append(row(depth));
    }
    return all.toString();
  }

  private String row(int depth) {
    StringBuilder row = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      row.append(part(depth));
    }
    return row.toString();
  }

  private String part(int depth) {
    int kind = random.nextInt(looks ? 12 : 8);
    return switch (kind) {
      case 0, 1 -> depth == 0 ? atom() : "(" + (random.nextBoolean() ? "?:" : "") + alternatives(depth - 1) + ")";
      case 2 -> depth == 0 ? atom() : "(?:" + alternatives(depth - 1) + ")" + quantifier();
      case 3, 4 -> atom() + quantifier();
      case 5, 6, 7 -> atom();
      case 8 -> random.nextBoolean() ? "^" : "$";
      case 9 -> random.nextBoolean() ? "\\b" : "\\B";
      case 10 -> depth == 0 ? atom() : (random.nextBoolean() ? "(?=" : "(?!") + alternatives(depth - 1) + ")";
      default -> (random.nextBoolean() ? "(?<=" : "(?<!") + atom() + (random.nextBoolean() ? "|" : "") + atom() + ")";
    };
  }

  private String atom() {
    return ATOMS[random.nextInt(ATOMS.length)];
  }

  private String quantifier() {
    return QUANTIFIERS[random.nextInt(QUANTIFIERS.length)];
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      // Java's \B is also found within a surrogate pair
      boolean pair = !looks && random.nextInt(20) == 0;
      text.append(pair ? "\uD83D\uDE00" : CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return text.toString();
  }
}
