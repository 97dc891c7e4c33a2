package dev.quipu.mask;

/**
 * Characters in classes, a bit each, so that a long says which occur: each ASCII character that is no letter, digit or
 * control is its own class; of those beyond ASCII there are as many as {@link BeyondAscii} has. Reads UTF-8 byte by byte.
 */
final class Characters {

  static final long CONTROL = 1L << 39;
  private static final int BEYOND_SHIFT = 40;

  /** Characters beyond ASCII, and the first bytes of one, which may still become of this class. */
  static final long OTHERS = beyond(BeyondAscii.OTHERS);

  /** Bytes that are no character, or stand within one whose beginning is not known. */
  static final long BROKEN = 1L << BEYOND_SHIFT + BeyondAscii.values().length;

  /** Every class of whole characters. */
  static final long ALL = BROKEN - 1;

  /** The classes of all characters beyond ASCII. */
  static final long BEYOND_ASCII = ALL & -OTHERS;

  /** What a JSON string holds as it is. */
  static final long PLAIN;

  /** The classes of many characters, of which sets of tokens are worth keeping: not digits alone. */
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
    MANY = ASCII['a'] | ASCII['g'] | ASCII['A'] | ASCII['G'] | OTHERS;
    PLAIN = ALL & ~(CONTROL | ASCII['"'] | ASCII['\\']);
  }

  /** States of reading: how many bytes of a character are missing; or that, and which bytes may come. */
  private static final int BORDER = 0;
  private static final int ONE_MORE = 1;
  private static final int TWO_MORE = 2;
  private static final int THREE_MORE = 3;
  private static final int AFTER_E0 = 4;
  private static final int AFTER_ED = 5;
  private static final int AFTER_F0 = 6;
  private static final int AFTER_F4 = 7;

  /** Above the state stands what is known of the code point. */
  private static final int STATE_BITS = 3;

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

  static long beyond(BeyondAscii kind) {
    return 1L << BEYOND_SHIFT + kind.ordinal();
  }

  /** Whether a byte begins a character, or is one. */
  static boolean begins(int b) {
    return (b & 0xC0) != 0x80;
  }

  /** The class of a byte after those that were read; the last byte of a character has its class. */
  static long of(int reading, int b) {
    if (reading != BORDER) {
      return !continues(reading, b) ? BROKEN | of(BORDER, b)
          : (reading & 7) == ONE_MORE ? beyond(BeyondAscii.of(codePoint(reading, b))) : OTHERS;
    }
    return b < 0x80 ? ASCII[b] : b >= 0xC2 && b <= 0xF4 ? OTHERS : BROKEN;
  }

  /** What is read after one more byte, {@link #BORDER} at first. */
  static int after(int reading, int b) {
    if (reading != BORDER && continues(reading, b)) {
      return switch (reading & 7) {
        case ONE_MORE -> BORDER;
        case THREE_MORE, AFTER_F0, AFTER_F4 -> TWO_MORE | codePoint(reading, b) << STATE_BITS;
        default -> ONE_MORE | codePoint(reading, b) << STATE_BITS;
      };
    }
    return b < 0xC2 || b > 0xF4 ? BORDER
        : b < 0xE0 ? ONE_MORE | (b & 0x1F) << STATE_BITS
        : b < 0xF0 ? (b == 0xE0 ? AFTER_E0 : b == 0xED ? AFTER_ED : TWO_MORE) | (b & 0xF) << STATE_BITS
        : (b == 0xF0 ? AFTER_F0 : b == 0xF4 ? AFTER_F4 : THREE_MORE) | (b & 7) << STATE_BITS;
  }

  /** Whether nothing of a character is read. */
  static boolean isBorder(int reading) {
    return reading == BORDER;
  }

  private static int codePoint(int reading, int b) {
    return reading >>> STATE_BITS << 6 | b & 0x3F;
  }

  private static boolean continues(int reading, int b) {
    int state = reading & 7;
    int from = state == AFTER_E0 ? 0xA0 : state == AFTER_F0 ? 0x90 : 0x80;
    int to = state == AFTER_ED ? 0x9F : state == AFTER_F4 ? 0x8F : 0xBF;
    return b >= from && b <= to;
  }
}
