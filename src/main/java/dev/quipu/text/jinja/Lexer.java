package dev.quipu.text.jinja;

import dev.quipu.text.jinja.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template's source into tokens, with {@code trim_blocks} and {@code lstrip_blocks} on: a newline after a block
 * or comment goes, and so does the white space before one that stands first on its line. Follows jinja2/lexer.py.
 * Knows no grammar beyond balanced brackets.
 */
final class Lexer {

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final ArrayDeque<Character> open = new ArrayDeque<>();
  private int pos;
  private int line = 1;
  private int linePos;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(normalized(source));
    lexer.run();
    return lexer.tokens;
  }

  /** Newlines become {@code \n}, and one at the end of the source is dropped. */
  private static String normalized(String source) {
    String text = source.indexOf('\r') < 0 ? source : source.replace("\r\n", "\n").replace('\r', '\n');
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private void run() {
    while (pos < source.length()) {
      int tag = nextTag(pos);
      if (tag < 0) {
        addData(source.substring(pos));
        pos = source.length();
        break;
      }
      tag(tag);
    }
    add(Kind.EOF, "");
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
      char next = source.charAt(i + 1);
      if (next == '%' || next == '{' || next == '#') {
        return i;
      }
    }
    return -1;
  }

  private void tag(int start) {
    char type = source.charAt(start + 1);
    char sign = charAt(start + 2);
    addData(stripped(pos, start, sign, type != '{'));
    pos = start + (sign == '-' || sign == '+' ? 3 : 2);
    lineStarting = false;
    if (type == '#') {
      comment();
    } else if (type == '{') {
      expression(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END);
    } else if (!raw()) {
      expression(Kind.BLOCK_BEGIN, Kind.BLOCK_END);
    }
  }

  /** The text before a tag, without the white space that the tag's sign or {@code lstrip_blocks} takes away. */
  private String stripped(int from, int to, char sign, boolean block) {
    if (sign == '-') {
      return Text.stripRight(source.substring(from, to));
    }
    int lineStart = source.lastIndexOf('\n', to - 1) + 1;
    boolean first = lineStart > from || lineStarting;
    int start = Math.max(lineStart, from);
    if (sign != '+' && block && first && isBlank(start, to)) {
      return source.substring(from, start);
    }
    return source.substring(from, to);
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Text.isSpace(source.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private void comment() {
    int end = source.indexOf("#}", pos);
    if (end < 0) {
      throw fail("the comment is not closed: expected #}");
    }
    boolean keeps = end > pos && source.charAt(end - 1) == '+';
    boolean strips = end > pos && source.charAt(end - 1) == '-';
    pos = end + 2;
    afterBlock(strips, !keeps);
  }

  /** Reads a whole {@code {% raw %} … {% endraw %}}, or nothing where the block is another. */
  private boolean raw() {
    int i = word(pos, "raw");
    if (i < 0) {
      return false;
    }
    if (source.startsWith("-%}", i)) {
      i = skipSpace(i + 3);
    } else if (source.startsWith("%}", i)) {
      i += 2;
    } else {
      return false;
    }
    lineStarting = source.charAt(i - 1) == '\n';
    pos = i;
    rawBody();
    return true;
  }

  private void rawBody() {
    for (int start = source.indexOf("{%", pos); start >= 0; start = source.indexOf("{%", start + 1)) {
      char sign = charAt(start + 2);
      int i = word(sign == '-' || sign == '+' ? start + 3 : start + 2, "endraw");
      boolean keeps = i >= 0 && source.startsWith("+%}", i);
      boolean strips = i >= 0 && source.startsWith("-%}", i);
      if (keeps || strips || i >= 0 && source.startsWith("%}", i)) {
        addData(stripped(pos, start, sign, true));
        pos = i + (keeps || strips ? 3 : 2);
        afterBlock(strips, !keeps);
        return;
      }
    }
    throw fail("the raw block is not closed: expected {% endraw %}");
  }

  /** The position after optional space, the word and optional space; or -1. */
  private int word(int from, String word) {
    int i = skipSpace(from);
    return source.startsWith(word, i) ? skipSpace(i + word.length()) : -1;
  }

  private void afterBlock(boolean strips, boolean trims) {
    if (strips) {
      pos = skipSpace(pos);
    } else if (trims && charAt(pos) == '\n') {
      pos++;
    }
    lineStarting = pos > 0 && source.charAt(pos - 1) == '\n';
  }

  private int skipSpace(int from) {
    int i = from;
    while (i < source.length() && Text.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private void expression(Kind begin, Kind end) {
    add(begin, "");
    open.clear();
    while (true) {
      pos = skipSpace(pos);
      if (pos >= source.length()) {
        return;
      }
      if (open.isEmpty() && endOf(end)) {
        return;
      }
      token();
    }
  }

  private boolean endOf(Kind end) {
    String close = end == Kind.BLOCK_END ? "%}" : "}}";
    char sign = source.charAt(pos);
    boolean strips = sign == '-' && source.startsWith(close, pos + 1);
    boolean keeps = sign == '+' && end == Kind.BLOCK_END && source.startsWith(close, pos + 1);
    if (!strips && !keeps && !source.startsWith(close, pos)) {
      return false;
    }
    add(end, "");
    pos += strips || keeps ? 3 : 2;
    afterBlock(strips, !keeps && end == Kind.BLOCK_END);
    return true;
  }

  private void token() {
    int c = source.codePointAt(pos);
    if (c >= '0' && c <= '9') {
      number();
    } else if (c == '\'' || c == '"') {
      string((char) c);
    } else if (isNamePart(c)) {
      name();
    } else {
      operator((char) c);
    }
  }

  private void number() {
    boolean afterDot = pos > 0 && source.charAt(pos - 1) == '.';
    int end = afterDot ? -1 : floatEnd();
    if (end > 0) {
      add(Kind.FLOAT, Double.valueOf(source.substring(pos, end).replace("_", "")));
    } else {
      end = integer();
    }
    pos = end;
  }

  private int floatEnd() {
    int i = digits(pos, 10);
    boolean fraction = charAt(i) == '.' && digits(i + 1, 10) > i + 1;
    if (fraction) {
      i = digits(i + 1, 10);
    }
    int exponent = i;
    if (charAt(i) == 'e' || charAt(i) == 'E') {
      int from = charAt(i + 1) == '+' || charAt(i + 1) == '-' ? i + 2 : i + 1;
      int to = digits(from, 10);
      exponent = to > from ? to : i;
    }
    return fraction || exponent > i ? exponent : -1;
  }

  private int integer() {
    int radix = switch (Character.toLowerCase(charAt(pos + 1))) {
      case 'b' -> 2;
      case 'o' -> 8;
      case 'x' -> 16;
      default -> 10;
    };
    boolean prefixed = radix != 10 && source.charAt(pos) == '0';
    int from = prefixed ? pos + 2 : pos;
    int end = prefixed && charAt(from) == '_' ? digits(from + 1, radix) : digits(from, prefixed ? radix : 10);
    if (prefixed && end > from && charAt(end - 1) != '_') {
      add(Kind.INTEGER, integer(source.substring(from, end), radix));
      return end;
    }
    end = source.charAt(pos) == '0' ? zeros(pos) : digits(pos, 10);
    add(Kind.INTEGER, integer(source.substring(pos, end), 10));
    return end;
  }

  private Object integer(String digits, int radix) {
    String plain = digits.replace("_", "");
    if (plain.length() > Numbers.MAX_DIGITS) {
      throw fail("an integer of " + plain.length() + " digits is too long");
    }
    return Numbers.normal(new BigInteger(plain, radix));
  }

  /** The end of digits with single underscores between them. */
  private int digits(int from, int radix) {
    int i = from;
    while (isDigit(i, radix) || i > from && charAt(i) == '_' && isDigit(i + 1, radix)) {
      i++;
    }
    return i;
  }

  private int zeros(int from) {
    int i = from;
    while (charAt(i) == '0' || charAt(i) == '_' && charAt(i + 1) == '0') {
      i++;
    }
    return i;
  }

  private boolean isDigit(int i, int radix) {
    char c = charAt(i);
    return c < 128 && Character.digit(c, radix) >= 0;
  }

  private void name() {
    int start = pos;
    while (pos < source.length() && isNamePart(source.codePointAt(pos))) {
      pos += Character.charCount(source.codePointAt(pos));
    }
    if (!Character.isUnicodeIdentifierStart(source.codePointAt(start)) && source.charAt(start) != '_') {
      throw fail("invalid character in identifier");
    }
    add(Kind.NAME, source.substring(start, pos).intern());
  }

  private static boolean isNamePart(int c) {
    return c < 128
        ? c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
        : Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  private void string(char quote) {
    int end = pos + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw fail("unexpected char " + PyFormat.repr(String.valueOf(quote)) + ": the string is not closed");
    }
    int startLine = lineAt(pos);
    tokens.add(new Token(Kind.STRING, StringLiteral.unescape(source.substring(pos + 1, end), startLine), startLine));
    pos = end + 1;
  }

  private void operator(char c) {
    String two = pos + 2 <= source.length() ? source.substring(pos, pos + 2) : "";
    String operator = switch (two) {
      case "**", "//", "==", "!=", ">=", "<=" -> two;
      default -> String.valueOf(c);
    };
    if (operator.length() == 1 && "+-/*%~[](){}><=.:|,;".indexOf(c) < 0) {
      throw fail("unexpected char " + PyFormat.repr(new String(Character.toChars(source.codePointAt(pos)))));
    }
    balance(c);
    add(Kind.OPERATOR, operator);
    pos += operator.length();
  }

  private void balance(char c) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty()) {
          throw fail("unexpected '" + c + "'");
        }
        char expected = open.pop();
        if (expected != c) {
          throw fail("unexpected '" + c + "', expected '" + expected + "'");
        }
      }
      default -> { }
    }
  }

  private char charAt(int i) {
    return i < source.length() ? source.charAt(i) : 0;
  }

  private void addData(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private void add(Kind kind, Object value) {
    tokens.add(new Token(kind, value, lineAt(pos)));
  }

  private int lineAt(int position) {
    for (; linePos < position; linePos++) {
      if (source.charAt(linePos) == '\n') {
        line++;
      }
    }
    return line;
  }

  private TemplateSyntaxException fail(String message) {
    return new TemplateSyntaxException(message, lineAt(Math.min(pos, source.length())));
  }
}
