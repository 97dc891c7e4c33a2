package dev.quipu.text.jinja;

/**
 * The string methods that ask what kind of characters a string holds: {@code isalpha}, {@code isdigit} and the like.
 */
final class CharacterTests {

  private CharacterTests() {}

  static boolean test(String name, String s) {
    return switch (name) {
      case "islower" -> Text.isLower(s);
      case "isupper" -> Text.isUpper(s);
      case "istitle" -> isTitle(s);
      case "isascii" -> s.chars().allMatch(c -> c < 128);
      case "isprintable" -> s.codePoints().allMatch(PyFormat::isPrintable);
      case "isidentifier" -> isIdentifier(s);
      case "isspace", "isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum" ->
          !s.isEmpty() && s.codePoints().allMatch(c -> is(name, c));
      default -> throw PyException.unsupported("the method str." + name + "()");
    };
  }

  private static boolean is(String name, int c) {
    return switch (name) {
      case "isspace" -> Text.isSpace(c);
      case "isalpha" -> isAlpha(c);
      case "isdecimal" -> Character.isDigit(c);
      case "isdigit" -> isDigit(c);
      case "isnumeric" -> isNumeric(c);
      default -> isAlpha(c) || isNumeric(c);
    };
  }

  private static boolean isAlpha(int c) {
    return Character.isLetter(c);
  }

  static boolean isDigit(int c) {
    return Character.isDigit(c) || "²³¹".indexOf(c) >= 0 || c >= 0x2070 && c <= 0x2079 && c != 0x2071
        && c != 0x2072 && c != 0x2073 || c >= 0x2080 && c <= 0x2089 || c >= 0x2460 && c <= 0x2468;
  }

  private static boolean isNumeric(int c) {
    int type = Character.getType(c);
    return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER
        || c >= 0x4e00 && "〇一二三四五六七八九十百千万億".indexOf(c) >= 0;
  }

  private static boolean isIdentifier(String s) {
    if (s.isEmpty() || s.charAt(0) != '_' && !Character.isUnicodeIdentifierStart(s.codePointAt(0))) {
      return false;
    }
    return s.codePoints().allMatch(c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }

  private static boolean isTitle(String s) {
    boolean found = false;
    boolean afterCased = false;
    for (int i = 0; i < s.length(); i += Character.charCount(s.codePointAt(i))) {
      int c = s.codePointAt(i);
      boolean capital = Character.isUpperCase(c) || Character.isTitleCase(c);
      if (capital && afterCased || Character.isLowerCase(c) && !afterCased) {
        return false;
      }
      afterCased = Text.isCased(c);
      found |= afterCased;
    }
    return found;
  }
}
