package dev.quipu.config;

/** UTF-8 as Rust reads it: which bytes make a character, and which become one U+FFFD. Knows no tokens. */
public final class Utf8 {

  private Utf8() {}

  /**
   * The sequence that starts at {@code bytes[at]}: n > 0 for a character of n bytes; 0 if the bytes end inside one;
   * -n if the first n bytes are the longest wrong beginning, for which one U+FFFD stands.
   */
  public static int sequence(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0x80) {
      return 1;
    }
    int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0) {
      return -1;
    }
    for (int i = 1; i < length; i++) {
      if (at + i >= end) {
        return 0;
      }
      int b = bytes[at + i] & 0xFF;
      int low = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
      int high = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
      if (b < low || b > high) {
        return -i;
      }
    }
    return length;
  }

  /** The character of a sequence of {@code length} bytes that is right. */
  public static int codePoint(byte[] bytes, int at, int length) {
    int c = length == 1 ? bytes[at] : bytes[at] & 0xFF >> length + 1;
    for (int i = 1; i < length; i++) {
      c = c << 6 | bytes[at + i] & 0x3F;
    }
    return c;
  }

  public static boolean isValid(byte[] bytes, int start, int end) {
    int length;
    for (int i = start; i < end; i += length) {
      length = sequence(bytes, i, end);
      if (length <= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Appends the text of {@code bytes[0, end)}; unless it is final, an unfinished character stays. Returns how many
   * bytes were read.
   */
  public static int append(byte[] bytes, int end, boolean isFinal, StringBuilder out) {
    int at = 0;
    while (at < end) {
      int length = sequence(bytes, at, end);
      if (length == 0 && !isFinal) {
        break;
      }
      if (length > 0) {
        out.appendCodePoint(codePoint(bytes, at, length));
        at += length;
      } else {
        out.append('\uFFFD');
        at = length == 0 ? end : at - length;
      }
    }
    return at;
  }

  /** A Java string may hold half a surrogate pair; UTF-8 cannot, so U+FFFD takes its place. */
  public static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else {
          return replaceLoneSurrogates(text);
        }
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c));
    return out.toString();
  }
}
