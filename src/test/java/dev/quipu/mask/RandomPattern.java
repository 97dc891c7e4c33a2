package dev.quipu.mask;

import java.util.Random;

/** Patterns that mean the same to Java and to ECMA-262. */
final class RandomPattern {

  private static final String[] ATOMS = {"a", "b", "é", ".", "[ab]", "[^a]", "ab", "[a-c]", "\\w", "\\S"};
  private static final String[] COUNTS = {"*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}"};

  private RandomPattern() {}

  static String of(Random random, int depth) {
    String inner = expression(random, depth);
    return switch (random.nextInt(4)) {
      case 0 -> inner;
      case 1 -> "^" + group(inner);
      case 2 -> group(inner) + "$";
      default -> "^" + group(inner) + "$";
    };
  }

  private static String expression(Random random, int depth) {
    if (depth == 0) {
      return ATOMS[random.nextInt(ATOMS.length)];
    }
    return switch (random.nextInt(5)) {
      case 0 -> group(expression(random, depth - 1) + "|" + expression(random, depth - 1));
      case 1 -> group(expression(random, depth - 1)) + COUNTS[random.nextInt(COUNTS.length)];
      case 2 -> "(?!" + expression(random, depth - 1) + ")" + expression(random, depth - 1);
      case 3 -> expression(random, 0);
      default -> expression(random, depth - 1) + expression(random, depth - 1);
    };
  }

  private static String group(String inner) {
    return "(?:" + inner + ")";
  }
}
