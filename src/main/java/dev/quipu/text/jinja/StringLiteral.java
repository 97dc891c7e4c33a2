package dev.quipu.text.jinja;

/** The value of a string literal: Python's {@code unicode-escape} applied to what stands between the quotes. */
final class StringLiteral {

  private final String body;
  private final int line;
  private final StringBuilder out;
  private int pos;

  private StringLiteral(String body, int line) {
    this.body = body;
    this.line = line;
    this.out = new StringBuilder(body.length());
  }

  static String unescape(String body, int line) {
    return body.indexOf('\\') < 0 ? body.intern() : new StringLiteral(body, line).run();
  }

  private String run() {
    while (pos < body.length()) {
      char c = body.charAt(pos++);
      if (c == '\\') {
        escape();
      } else {
        out.append(c);
      }
    }
    return out.toString().intern();
  }

  private void escape() {
    char c = body.charAt(pos++);
    switch (c) {
      case '\n' -> { }
      case '\\', '\'', '"' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> hex(2, "\\xXX");
      case 'u' -> hex(4, "\\uXXXX");
      case 'U' -> hex(8, "\\UXXXXXXXX");
      case 'N' -> named();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
      default -> unknown(c);
    }
  }

  private void hex(int digits, String form) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = pos < body.length() && body.charAt(pos) < 128 ? Character.digit(body.charAt(pos), 16) : -1;
      if (digit < 0) {
        throw new TemplateSyntaxException("truncated " + form + " escape", line);
      }
      value = value * 16 + digit;
      pos++;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new TemplateSyntaxException("illegal Unicode character", line);
    }
    out.appendCodePoint(value);
  }

  private void octal() {
    int value = 0;
    pos--;
    for (int i = 0; i < 3 && pos < body.length() && body.charAt(pos) >= '0' && body.charAt(pos) <= '7'; i++) {
      value = value * 8 + body.charAt(pos++) - '0';
    }
    out.append((char) value);
  }

  private void named() {
    int end = body.indexOf('}', pos);
    if (pos >= body.length() || body.charAt(pos) != '{' || end < 0) {
      throw new TemplateSyntaxException("malformed \\N character escape", line);
    }
    try {
      out.appendCodePoint(Character.codePointOf(body.substring(pos + 1, end)));
    } catch (IllegalArgumentException _) {
      throw new TemplateSyntaxException("unknown Unicode character name", line);
    }
    pos = end + 1;
  }

  // Jinja2 writes a non-ASCII character as an escape of its own first, so the backslash before it swallows that one's
  private void unknown(char c) {
    out.append('\\');
    if (c < 128) {
      out.append(c);
      return;
    }
    int codePoint = body.codePointAt(pos - 1);
    pos += Character.charCount(codePoint) - 1;
    String hex = Integer.toHexString(codePoint);
    int width = codePoint < 0x100 ? 2 : codePoint < 0x10000 ? 4 : 8;
    out.append(width == 2 ? 'x' : width == 4 ? 'u' : 'U').append("0".repeat(width - hex.length())).append(hex);
  }
}
