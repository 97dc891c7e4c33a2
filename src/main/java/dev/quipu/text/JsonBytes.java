package dev.quipu.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.QuipuException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A strict reader over a JSON file's bytes, for a {@code tokenizer.json}: its hundreds of thousands of vocabulary
 * entries and merges are too many for objects, so a string is offered as its UTF-8 bytes, without a {@code String}
 * being made. Small values come as plain Java values.
 * Keeps a general parser off the start-up path. Knows no key.
 */
final class JsonBytes {

  private static final int MAX_DEPTH = 100;
  private static final int[] UTF8_LEAD = {0, 0xC0, 0xE0, 0xF0};

  private final byte[] bytes;
  private final String name;
  private int at;
  private int depth;
  private byte[] unescaped = new byte[256];

  /** The string read last: {@code string[stringStart, stringEnd)}, valid until the next is read. */
  byte[] string;
  int stringStart;
  int stringEnd;

  JsonBytes(byte[] bytes, String name) {
    this.bytes = bytes;
    this.name = name;
  }

  int position() {
    return at;
  }

  void moveTo(int position) {
    at = position;
  }

  /** The next byte that is no white space, without taking it; -1 at the end. */
  int peek() {
    while (at < bytes.length) {
      byte b = bytes[at];
      if (b > ' ' || b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b & 0xFF;
      }
      at++;
    }
    return -1;
  }

  boolean take(char c) {
    if (peek() == c) {
      at++;
      return true;
    }
    return false;
  }

  void expect(char c) {
    if (!take(c)) {
      throw malformed("expected '" + c + "'");
    }
  }

  /** After an element of a list or an object: true at a comma, false at the closing bracket, which is taken. */
  boolean more(char close) {
    if (take(',')) {
      return true;
    }
    expect(close);
    return false;
  }

  /** Reads an object's key and its colon. */
  String key() {
    String key = string();
    expect(':');
    return key;
  }

  /** Reads a string into {@link #string}. */
  void readString() {
    expect('"');
    int start = at;
    int i = start;
    while (i < bytes.length && bytes[i] != '"' && bytes[i] != '\\' && (bytes[i] & 0xE0) != 0) {
      i++;
    }
    if (i < bytes.length && bytes[i] == '"') {
      string = bytes;
      stringStart = start;
      stringEnd = i;
      at = i + 1;
      return;
    }
    unescape(start);
  }

  int readId() {
    int c = peek();
    int start = at;
    long value = 0;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && value < Integer.MAX_VALUE) {
      value = value * 10 + bytes[at++] - '0';
    }
    c = peek();
    if (start == at || value > Integer.MAX_VALUE || c != ',' && c != '}') {
      throw malformed("expected an id, a whole number from 0 to " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /** A value as {@link dev.quipu.config.Json} gives it; for what is small. */
  Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> list();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object() {
    expect('{');
    nest(1);
    Map<String, Object> map = new LinkedHashMap<>();
    if (!take('}')) {
      do {
        map.put(key(), value());
      } while (more('}'));
    }
    nest(-1);
    return map;
  }

  private List<Object> list() {
    expect('[');
    nest(1);
    List<Object> list = new ArrayList<>();
    if (!take(']')) {
      do {
        list.add(value());
      } while (more(']'));
    }
    nest(-1);
    return list;
  }

  private void nest(int by) {
    depth += by;
    if (depth > MAX_DEPTH) {
      throw malformed("the values are nested deeper than " + MAX_DEPTH);
    }
  }

  private String string() {
    readString();
    if (!Utf8.isValid(string, stringStart, stringEnd)) {
      throw malformed("a string is not UTF-8");
    }
    return new String(string, stringStart, stringEnd - stringStart, UTF_8);
  }

  private Object word(String word, Object value) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (at >= bytes.length || bytes[at] != word.charAt(i)) {
        throw malformed("expected " + word);
      }
    }
    return value;
  }

  private Object number() {
    int start = at;
    boolean whole = true;
    while (at < bytes.length && "+-.eE0123456789".indexOf(bytes[at]) >= 0) {
      whole &= ".eE".indexOf(bytes[at++]) < 0;
    }
    String number = new String(bytes, start, at - start, UTF_8);
    try {
      if (whole) {
        return Long.valueOf(number);
      }
      return Double.valueOf(number);
    } catch (NumberFormatException e) {
      throw malformed("expected a value");
    }
  }

  QuipuException malformed(String what) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(at, bytes.length); i++) {
      line += bytes[i] == '\n' ? 1 : 0;
      column = bytes[i] == '\n' ? 1 : column + 1;
    }
    String found = at >= bytes.length ? "the end" : "'" + (char) (bytes[at] & 0xFF) + "'";
    return new QuipuException(
        name + ": not valid: " + what + ", found " + found + " (line " + line + ", column " + column + ")");
  }

  private void unescape(int start) {
    at = start;
    int n = 0;
    while (true) {
      if (at >= bytes.length) {
        throw malformed("the file ends in a string");
      }
      byte b = bytes[at++];
      if (b == '"') {
        break;
      }
      if (b >= 0 && b < ' ') {
        throw malformed("a control character in a string");
      }
      if (n + 4 > unescaped.length) {
        unescaped = Arrays.copyOf(unescaped, unescaped.length * 2);
      }
      if (b == '\\') {
        n = putUtf8(escape(), n);
      } else {
        unescaped[n++] = b;
      }
    }
    string = unescaped;
    stringStart = 0;
    stringEnd = n;
  }

  private int escape() {
    int c = at < bytes.length ? bytes[at++] : -1;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicodeEscape();
      default -> throw malformed("expected an escape");
    };
  }

  private int unicodeEscape() {
    int c = hex4();
    if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
      return c;
    }
    if (c <= Character.MAX_HIGH_SURROGATE && at + 1 < bytes.length && bytes[at] == '\\' && bytes[at + 1] == 'u') {
      at += 2;
      int low = hex4();
      if (Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) c, (char) low);
      }
    }
    throw malformed("half a surrogate pair in a string");
  }

  private int hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < bytes.length ? Character.digit(bytes[at], 16) : -1;
      if (digit < 0) {
        throw malformed("expected four hexadecimal digits");
      }
      value = value << 4 | digit;
      at++;
    }
    return value;
  }

  private int putUtf8(int c, int n) {
    if (c < 0x80) {
      unescaped[n] = (byte) c;
      return n + 1;
    }
    int extra = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    unescaped[n] = (byte) (UTF8_LEAD[extra] | c >> 6 * extra);
    for (int i = 1; i <= extra; i++) {
      unescaped[n + i] = (byte) (0x80 | c >> 6 * (extra - i) & 0x3F);
    }
    return n + 1 + extra;
  }
}
