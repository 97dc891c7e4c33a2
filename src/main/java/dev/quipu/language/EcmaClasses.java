package dev.quipu.language;

import dev.quipu.QuipuException;

/** Reads what stands for one character of a set in a pattern of ECMA-262: classes and escapes. */
final class EcmaClasses {

  private final String pattern;
  private int at;
  /** The code point if what was read is one character; −1 if it is a class. */
  private int single;

  EcmaClasses(String pattern) {
    this.pattern = pattern;
  }

  static QuipuException refusal(String pattern, String what, int place) {
    return new QuipuException("pattern \"" + pattern + "\": " + what + " at character " + place);
  }

  /** Where reading ended. */
  int end() {
    return at;
  }

  /** A class from behind its [ to its ]. */
  CodePointSet read(int from, boolean inAnyCase) {
    at = from;
    boolean not = at < pattern.length() && pattern.charAt(at) == '^';
    at += not ? 1 : 0;
    CodePointSet set = CodePointSet.NONE;
    while (at < pattern.length() && pattern.charAt(at) != ']') {
      set = set.or(item());
    }
    if (at == pattern.length()) {
      throw refusal(pattern, "a class that is not closed", from - 1);
    }
    at++;
    CodePointSet all = inAnyCase ? UnicodeClasses.inAnyCase(set) : set;
    return not ? all.not() : all;
  }

  /** A character, a class, or a range of characters. */
  private CodePointSet item() {
    int start = at;
    CodePointSet first = one();
    int from = single;
    if (from < 0 || at + 1 >= pattern.length() || pattern.charAt(at) != '-' || pattern.charAt(at + 1) == ']') {
      return first;
    }
    int back = at++;
    one();
    if (single < 0) {
      at = back; // a class is no end of a range: the - means itself
      return first;
    }
    if (single < from) {
      throw refusal(pattern, "a range that ends before it begins", start);
    }
    return CodePointSet.range(from, single);
  }

  private CodePointSet one() {
    int c = pattern.codePointAt(at);
    if (c == '\\') {
      return escape(at + 1);
    }
    at += Character.charCount(c);
    return character(c);
  }

  private CodePointSet character(int c) {
    single = c;
    return CodePointSet.of(c).and(CodePointSet.ALL);
  }

  private CodePointSet kind(CodePointSet set) {
    single = -1;
    return set;
  }

  /** What stands behind a backslash. */
  CodePointSet escape(int from) {
    if (from >= pattern.length()) {
      throw refusal(pattern, "a \\ at the end", from - 1);
    }
    int c = pattern.codePointAt(from);
    at = from + Character.charCount(c);
    return switch (c) {
      case 'd' -> kind(UnicodeClasses.DIGIT);
      case 'D' -> kind(UnicodeClasses.DIGIT.not());
      case 'w' -> kind(UnicodeClasses.WORD);
      case 'W' -> kind(UnicodeClasses.WORD.not());
      case 's' -> kind(UnicodeClasses.SPACE);
      case 'S' -> kind(UnicodeClasses.SPACE.not());
      case 'p' -> kind(property());
      case 'P' -> kind(property().not());
      case 'f' -> character('\f');
      case 'n' -> character('\n');
      case 'r' -> character('\r');
      case 't' -> character('\t');
      case 'v' -> character(0x0B);
      case 'b' -> character('\b'); // outside of a class it is a boundary, which is no character
      case 'x' -> character(hex(2, c));
      case 'u' -> character(unicode());
      case 'c' -> character(control());
      default -> character(plain(c, from));
    };
  }

  private int plain(int c, int from) {
    if (c == '0' && !(at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '7')) {
      return 0;
    }
    if (c < 128 && Character.isLetterOrDigit(c)) {
      throw refusal(pattern, "the escape \\" + Character.toString(c) + ", which is not in ECMA-262,", from - 1);
    }
    return c;
  }

  private CodePointSet property() {
    int end = pattern.indexOf('}', at);
    if (at >= pattern.length() || pattern.charAt(at) != '{' || end < 0) {
      throw refusal(pattern, "\\p without a property in braces", at - 2);
    }
    String name = pattern.substring(at + 1, end);
    CodePointSet set = UnicodeClasses.of(name);
    if (set == null) {
      throw refusal(pattern, "an unknown property \\p{" + name + "}", at - 2);
    }
    at = end + 1;
    return set;
  }

  private int control() {
    char letter = at < pattern.length() ? pattern.charAt(at) : 0;
    if (!(letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z')) {
      throw refusal(pattern, "\\c without a letter", at - 2);
    }
    at++;
    return letter % 32;
  }

  /** Four digits, which may be half of a surrogate pair, or any number of them in braces. */
  private int unicode() {
    if (at < pattern.length() && pattern.charAt(at) == '{') {
      int end = pattern.indexOf('}', at);
      String digits = end < 0 ? "" : pattern.substring(at + 1, end);
      if (!digits.matches("0*[0-9a-fA-F]{1,6}") || Integer.parseInt(digits, 16) > 0x10FFFF) {
        throw refusal(pattern, "\\u{ without a code point", at - 2);
      }
      at = end + 1;
      return Integer.parseInt(digits, 16);
    }
    int unit = hex(4, 'u');
    if (Character.isHighSurrogate((char) unit) && pattern.startsWith("\\u", at)) {
      int back = at;
      at += 2;
      int second = isHex(4) ? hex(4, 'u') : 0;
      if (Character.isLowSurrogate((char) second)) {
        return Character.toCodePoint((char) unit, (char) second);
      }
      at = back;
    }
    return unit;
  }

  private boolean isHex(int digits) {
    return at + digits <= pattern.length() && pattern.substring(at, at + digits).matches("[0-9a-fA-F]+");
  }

  /** So many digits; without them, the letter means itself. */
  private int hex(int digits, int letter) {
    if (!isHex(digits)) {
      return letter;
    }
    at += digits;
    return Integer.parseInt(pattern.substring(at - digits, at), 16);
  }
}
