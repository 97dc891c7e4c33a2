package dev.quipu.mask;

/**
 * Characters in classes, a bit each, so that a long says which occur: each ASCII character that is no letter, digit or
 * control is its own class; all beyond ASCII are one. Reads UTF-8 byte by byte.
 */
final class Characters {

  /** Bytes that are no character, or stand within one whose beginning is not known. */
  static final long BROKEN = 1L << 41;
  static final long BEYOND_ASCII = 1L << 40;
  static final long CONTROL = 1L << 39;

  /** What a JSON string holds as it is. */
  static final long PLAIN;

  /** Every class of whole characters. */
  static final long ALL = BROKEN - 1;

  /** The classes of many characters. */
  static final long MANY;

  private static final long[] ASCII = new long[128];

  static {
    int bit = 0;
    for (int c = 0; c < 128; c++) {
      ASCII[c] = c < ' ' || c == 127 ? CONTROL
          : digit(c) || letter(c) ? 0
          : 1L << bit++;
    }
    for (String range : new String[] {"09", "af", "gz", "AF", "GZ"}) {
      for (int c = range.charAt(0); c <= range.charAt(1); c++) {
        ASCII[c] = 1L << bit;
      }
      bit++;
    }
    ASCII[127] = 1L << bit;
    MANY = ASCII['0'] | ASCII['a'] | ASCII['g'] | ASCII['A'] | ASCII['G'] | BEYOND_ASCII;
    PLAIN = ALL & ~(CONTROL | ASCII['"'] | ASCII['\\']);
  }

  private static final int BORDER = 0;
  private static final int ONE_MORE = 1;
  private static final int TWO_MORE = 2;
  private static final int THREE_MORE = 3;
  private static final int AFTER_E0 = 4;
  private static final int AFTER_ED = 5;
  private static final int AFTER_F0 = 6;
  private static final int AFTER_F4 = 7;

  private Characters() {}

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean letter(int c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
  }

  static long ascii(int c) {
    return ASCII[c];
  }

  /** Whether a byte begins a character, or is one. */
  static boolean begins(int b) {
    return (b & 0xC0) != 0x80;
  }

  /** The class of a byte after those that led to a state of reading, 0 at first. */
  static long of(int state, int b) {
    if (state != BORDER) {
      return continues(state, b) ? BEYOND_ASCII : BROKEN | of(BORDER, b);
    }
    return b < 0x80 ? ASCII[b] : b >= 0xC2 && b <= 0xF4 ? BEYOND_ASCII : BROKEN;
  }

  /** The state of reading after one more byte. */
  static int after(int state, int b) {
    if (state != BORDER && continues(state, b)) {
      return switch (state) {
        case ONE_MORE -> BORDER;
        case THREE_MORE, AFTER_F0, AFTER_F4 -> TWO_MORE;
        default -> ONE_MORE;
      };
    }
    return b < 0xC2 || b > 0xF4 ? BORDER
        : b < 0xE0 ? ONE_MORE
        : b == 0xE0 ? AFTER_E0
        : b == 0xED ? AFTER_ED
        : b < 0xF0 ? TWO_MORE
        : b == 0xF0 ? AFTER_F0
        : b == 0xF4 ? AFTER_F4
        : THREE_MORE;
  }

  private static boolean continues(int state, int b) {
    int from = state == AFTER_E0 ? 0xA0 : state == AFTER_F0 ? 0x90 : 0x80;
    int to = state == AFTER_ED ? 0x9F : state == AFTER_F4 ? 0x8F : 0xBF;
    return b >= from && b <= to;
  }
}
