package dev.quipu.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A strict reader over the bytes of a JSON file (RFC 8259, and Python's {@code NaN} and {@code Infinity}), which pass
 * through a small window. Values come as plain Java values ({@link Json}); the hundreds of thousands of entries of a
 * {@code tokenizer.json} are too many for objects, so a string is also offered as its UTF-8 bytes. Knows no key.
 *
 * <p>An own parser, because this is on the path to the first token: Jackson takes 50 ms there, of 600. Tests hold it to
 * Jackson.
 */
public final class JsonReader {

  private static final int WINDOW = 1 << 16;
  private static final int NOWHERE = -1;
  private static final int MAX_DEPTH = 500;
  /** Python reads no longer ones; the work grows with the square. */
  private static final int MAX_DIGITS = 4300;
  private static final int[] UTF8_LEAD = {0, 0xC0, 0xE0, 0xF0};
  /** The bytes that end a string's plain part: the quote, the backslash and what must be escaped. */
  private static final boolean[] STOPS = stops();

  private final InputStream in;
  private final String name;
  /** The window: {@code bytes[at, end)} is to be read. */
  private byte[] bytes;
  private int at;
  private int end;
  /** How many bytes have left the window. */
  private long passed;
  /** From where on the window keeps what was read, or nowhere. */
  private int held = NOWHERE;
  private int depth;
  private boolean strict;
  private boolean exact;
  private byte[] unescaped = new byte[256];

  /** The string read last: {@code string[stringStart, stringEnd)}, valid until the next is read. */
  public byte[] string;

  public int stringStart;
  public int stringEnd;

  /** Whether it is known to be ASCII. */
  private boolean isAscii;

  /** @param in read as far as is asked for, and not closed */
  public JsonReader(InputStream in, String name) {
    this.in = in;
    this.name = name;
    this.bytes = new byte[WINDOW];
  }

  /** @param text the whole file */
  public JsonReader(byte[] text, String name) {
    this.in = InputStream.nullInputStream();
    this.name = name;
    this.bytes = Arrays.copyOf(text, text.length + 1); // room to see that no more comes
    this.end = text.length;
  }

  /** Refuses a key that an object has twice. */
  public JsonReader strict() {
    strict = true;
    return this;
  }

  /** Gives numbers as BigDecimals, with the value that is written, and refuses those that are no JSON. */
  public JsonReader exact() {
    exact = true;
    return this;
  }

  /** Keeps all that is read from here on, so that {@link #swapHeld} can come back. */
  public void hold() {
    held = at;
  }

  /** Goes to where {@link #hold} was called, and makes the present position the one to come back to. */
  public void swapHeld() {
    int here = at;
    at = held;
    held = here;
  }

  /** The next byte that is no white space, without taking it; -1 at the end. */
  public int peek() {
    do {
      byte[] window = bytes;
      int i = at;
      // most often a run of spaces
      while (i < end && (window[i] == ' ' || window[i] == '\n' || window[i] == '\r' || window[i] == '\t')) {
        i++;
      }
      at = i;
      if (i < end) {
        return window[i] & 0xFF;
      }
    } while (fill());
    return -1;
  }

  /** Whether the file starts with a line break and then a character that no JSON has there, as SentencePiece's do. */
  public boolean startsAsSentencePiece() {
    while (end < 2 && fill()) {
      // until there are two bytes, or the file ends
    }
    return end >= 2 && bytes[0] == '\n' && bytes[1] >= 0 && bytes[1] < ' ' && "\t\n\r".indexOf(bytes[1]) < 0;
  }

  /** Reads more of the file, at the cost of what was read and is not held; false at the end of the file. */
  private boolean fill() {
    drop(keptFrom());
    if (end == bytes.length) {
      boolean inWindow = string == bytes;
      bytes = Arrays.copyOf(bytes, end * 2);
      string = inWindow ? bytes : string;
    }
    try {
      int n = in.read(bytes, end, bytes.length - end);
      end += Math.max(0, n);
      return n >= 0;
    } catch (IOException e) {
      throw new QuipuException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private int keptFrom() {
    int kept = held == NOWHERE ? at : Math.min(held, at);
    return string == bytes ? Math.min(stringStart, kept) : kept;
  }

  private void drop(int count) {
    System.arraycopy(bytes, count, bytes, 0, end - count);
    passed += count;
    at -= count;
    end -= count;
    stringStart -= string == bytes ? count : 0;
    stringEnd -= string == bytes ? count : 0;
    held -= held == NOWHERE ? 0 : count;
  }

  private int next(String expected) {
    if (at == end && !fill()) {
      throw malformed(expected);
    }
    return bytes[at++];
  }

  public boolean take(char c) {
    if (peek() == c) {
      at++;
      return true;
    }
    return false;
  }

  public void expect(char c) {
    if (!take(c)) {
      throw malformed("expected '" + c + "'");
    }
  }

  /** After an element of a list or an object: true at a comma, false at the closing bracket, which is taken. */
  public boolean more(char close) {
    if (take(',')) {
      return true;
    }
    expect(close);
    return false;
  }

  /** Reads an object's key and its colon. */
  public String key() {
    String key = string();
    expect(':');
    return key;
  }

  /** Reads a string into {@link #string}. */
  public void readString() {
    expect('"');
    string = null;
    int i = plainEnd();
    while (i == end) {
      if (!fill()) {
        throw malformed("the file ends in a string");
      }
      i = plainEnd();
    }
    if (bytes[i] == '"') {
      string = bytes;
      stringStart = at;
      stringEnd = i;
      at = i + 1;
    } else {
      unescape();
    }
  }

  /** Whether the string read last is well-formed. */
  public boolean isUtf8() {
    return isAscii || Utf8.isValid(string, stringStart, stringEnd);
  }

  /** Where the string from here on first has a byte that is not plain, or the window ends. */
  private int plainEnd() {
    byte[] window = bytes;
    int all = 0;
    int i = at;
    while (i < end && !STOPS[window[i] & 0xFF]) {
      all |= window[i++];
    }
    isAscii = all >= 0;
    return i;
  }

  private static boolean[] stops() {
    boolean[] stops = new boolean[256];
    Arrays.fill(stops, 0, ' ', true);
    stops['"'] = true;
    stops['\\'] = true;
    return stops;
  }

  public int readId() {
    int c = peek();
    long value = c >= '0' && c <= '9' ? 0 : Long.MAX_VALUE;
    while (c >= '0' && c <= '9' && value < Integer.MAX_VALUE) {
      value = value * 10 + c - '0';
      at++;
      c = at < end || fill() ? bytes[at] : -1;
    }
    c = peek();
    if (value > Integer.MAX_VALUE || c != ',' && c != '}') {
      throw malformed("expected an id, a whole number from 0 to " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /** The value that is the whole file. */
  public Object document() {
    if (peek() < 0) {
      throw malformed("it is empty");
    }
    Object value = value();
    if (peek() >= 0) {
      throw malformed("more text follows the value");
    }
    return value;
  }

  /** A value as {@link Json} gives it; for what is small. */
  public Object value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> list();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      case 'N' -> notANumber("NaN", Double.NaN);
      case 'I' -> notANumber("Infinity", Double.POSITIVE_INFINITY);
      default -> number();
    };
  }

  /** Passes over a value, of which no more than an element is held at a time if it is a list. */
  public void skip() {
    if (peek() != '[') {
      value();
      return;
    }
    expect('[');
    if (!take(']')) {
      do {
        value();
      } while (more(']'));
    }
  }

  private Map<String, Object> object() {
    expect('{');
    nest(1);
    Map<String, Object> map = new LinkedHashMap<>();
    if (!take('}')) {
      do {
        put(map, key());
      } while (more('}'));
    }
    nest(-1);
    return map;
  }

  private void put(Map<String, Object> map, String key) {
    if (strict && map.containsKey(key)) {
      throw new QuipuException(name + ": not valid JSON: the key \"" + key + "\" is given twice" + place());
    }
    map.put(key, value());
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
    if (!isUtf8()) {
      throw malformed("a string is not UTF-8");
    }
    return new String(string, stringStart, stringEnd - stringStart, UTF_8);
  }

  private Object notANumber(String word, double value) {
    if (exact) {
      throw malformed("expected a value");
    }
    return word(word, value);
  }

  private Object word(String word, Object value) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (at == end && !fill() || bytes[at] != word.charAt(i)) {
        throw malformed("expected " + word);
      }
    }
    return value;
  }

  private Object number() {
    StringBuilder number = new StringBuilder();
    if (takeInto(number, "-") && (at < end || fill()) && bytes[at] == 'I' && !exact) {
      return word("Infinity", Double.NEGATIVE_INFINITY);
    }
    boolean zero = takeInto(number, "0");
    if (!zero) {
      digits(number);
    }
    boolean whole = true;
    if (takeInto(number, ".")) {
      whole = false;
      digits(number);
    }
    if (takeInto(number, "eE")) {
      whole = false;
      takeInto(number, "+-");
      digits(number);
    }
    if (exact) {
      return decimal(number.toString());
    }
    return whole ? integer(number.toString()) : Double.valueOf(number.toString());
  }

  private void digits(StringBuilder number) {
    int before = number.length();
    while (takeInto(number, "0123456789")) {
      // all of them
    }
    if (number.length() == before) {
      throw malformed(before == 0 ? "expected a value" : "expected a digit");
    }
  }

  /** Takes the next byte if it is one of these. */
  private boolean takeInto(StringBuilder number, String bytesTaken) {
    if ((at < end || fill()) && bytesTaken.indexOf(bytes[at]) >= 0) {
      number.append((char) bytes[at++]);
      return true;
    }
    return false;
  }

  private BigDecimal decimal(String number) {
    if (number.length() > MAX_DIGITS) {
      throw malformed("a number has more than " + MAX_DIGITS + " digits");
    }
    try {
      return new BigDecimal(number);
    } catch (NumberFormatException e) {
      throw malformed("the exponent of a number is out of bounds");
    }
  }

  private Object integer(String digits) {
    if (digits.length() < 19) {
      return Long.valueOf(digits);
    }
    if (digits.length() > MAX_DIGITS) {
      throw malformed("a whole number has more than " + MAX_DIGITS + " digits");
    }
    BigInteger big = new BigInteger(digits);
    return big.bitLength() < Long.SIZE ? (Object) big.longValue() : big;
  }

  public QuipuException malformed(String what) {
    String found = at == end && !fill() ? "the end" : shown(bytes[at]);
    return new QuipuException(name + ": not valid JSON: " + what + ", found " + found + place());
  }

  private static String shown(byte b) {
    return b >= ' ' && b < 127 ? "'" + (char) b + "'" : String.format("the byte 0x%02X", b);
  }

  private String place() {
    return " (byte " + (passed + at) + ")";
  }

  private void unescape() {
    int n = 0;
    int b = next("the file ends in a string");
    while (b != '"') {
      if (b >= 0 && b < ' ') {
        at--;
        throw malformed("a control character in a string");
      }
      if (n + 4 > unescaped.length) {
        unescaped = Arrays.copyOf(unescaped, unescaped.length * 2);
      }
      if (b == '\\') {
        n = putUtf8(escape(), n);
      } else {
        unescaped[n++] = (byte) b;
      }
      b = next("the file ends in a string");
    }
    string = unescaped;
    stringStart = 0;
    stringEnd = n;
    isAscii = false;
  }

  private int escape() {
    int c = next("expected an escape");
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
    String half = "half a surrogate pair in a string";
    if (c <= Character.MAX_HIGH_SURROGATE && next(half) == '\\' && next(half) == 'u') {
      int low = hex4();
      if (Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) c, (char) low);
      }
    }
    throw malformed(half);
  }

  private int hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next("expected four hexadecimal digits"), 16);
      if (digit < 0) {
        throw malformed("expected four hexadecimal digits");
      }
      value = value << 4 | digit;
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
