package dev.quipu.grammar;

import dev.quipu.QuipuException;

/** The text of a grammar, a place in it, and what to say if something else was expected there. */
final class Source {

  /** Parentheses within parentheses. */
  static final int MAX_DEPTH = 200;
  /** A grammar's characters. */
  static final int MAX_LENGTH = 4_000_000;

  private static final int END = -1;

  private final String name;
  private final String text;
  int at;

  Source(String name, String text) {
    this.name = name;
    this.text = text;
    if (text.length() > MAX_LENGTH) {
      throw new QuipuException(name + ": the grammar has " + text.length() + " characters; at most " + MAX_LENGTH
          + " are read");
    }
  }

  /** The character here; a negative number at the end. */
  int peek() {
    return peek(0);
  }

  int peek(int further) {
    return at + further < text.length() ? text.charAt(at + further) : END;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  boolean startsWith(String prefix) {
    return text.startsWith(prefix, at);
  }

  /** Goes past the prefix if it stands here. */
  boolean skip(String prefix) {
    boolean here = startsWith(prefix);
    if (here) {
      at += prefix.length();
    }
    return here;
  }

  /** Goes past the prefix, which must stand here. */
  void expect(String prefix) {
    if (!skip(prefix)) {
      throw expected("'" + prefix + "'");
    }
  }

  /** The code point here, behind which the source then is. */
  int take() {
    int codePoint = text.codePointAt(at);
    at += Character.charCount(codePoint);
    return codePoint;
  }

  String since(int start) {
    return text.substring(start, at);
  }

  String between(int start, int end) {
    return text.substring(start, end);
  }

  /** The character at a place; a negative number behind the end. */
  int charAt(int place) {
    return place < text.length() ? text.charAt(place) : END;
  }

  void toEndOfLine() {
    while (!atEnd() && peek() != '\n') {
      at++;
    }
  }

  /** A character that is written as this many hexadecimal digits. */
  int hex(int digits) {
    int start = at;
    int value = digits(digits);
    if (value < 0 || value > Character.MAX_CODE_POINT || value >= 0xD800 && value < 0xE000) {
      String written = since(start);
      at = start;
      throw error(written + " is no character of Unicode's that UTF-8 can say");
    }
    return value;
  }

  /** A unit of UTF-16 as four hexadecimal digits. */
  int unit() {
    return digits(4);
  }

  private int digits(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() > 'f' ? -1 : Character.digit(peek(), 16);
      if (digit < 0) {
        throw expected(digits + " hexadecimal digits");
      }
      value = 16 * value + digit;
      at++;
    }
    return value;
  }

  /** Goes past the JSON object or list that stands here, as far as its brackets and strings tell. */
  void skipJson(String of) {
    int start = at;
    if (peek() != '{' && peek() != '[') {
      throw expected("an object in JSON behind " + of);
    }
    boolean string = false;
    int open = 0;
    do {
      int c = peek();
      if (c == END) {
        at = start;
        throw error("the JSON behind " + of + " has no end");
      } else if (string) {
        at += c == '\\' ? 1 : 0;
        string = c != '"';
      } else {
        string = c == '"';
        open += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      }
      at++;
    } while (open > 0);
  }

  /** A number in decimal digits. */
  int number(int limit) {
    int start = at;
    long value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = Math.min(value * 10 + peek() - '0', Integer.MAX_VALUE);
      at++;
    }
    if (start == at) {
      throw expected("a number");
    }
    if (value > limit) {
      at = start;
      throw error("at most " + limit + " is possible here");
    }
    return (int) value;
  }

  QuipuException expected(String what) {
    return error("expected " + what + ", found " + found());
  }

  QuipuException error(String message) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < at && i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    int column = text.codePointCount(lineStart, Math.min(at, text.length())) + 1;
    return new QuipuException(name + ":" + line + ":" + column + ": " + message);
  }

  private String found() {
    if (atEnd()) {
      return "the end of the grammar";
    }
    int c = text.codePointAt(at);
    return c == '\n' || c == '\r' ? "the end of the line" : c < ' ' ? String.format("the character U+%04X", c)
        : "'" + Character.toString(c) + "'";
  }
}
