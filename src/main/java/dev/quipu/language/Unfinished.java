package dev.quipu.language;

import dev.quipu.mask.BeyondAscii;
import java.util.EnumMap;
import java.util.Map;

/**
 * A character of which some bytes are written, as a number: none, the first bytes of UTF-8, a backslash and what
 * follows it. Says which code points can still become of it.
 */
final class Unfinished {

  /** Between two characters. */
  static final int NOTHING = 0;
  /** Behind a backslash. */
  static final int BACKSLASH = 1 << 28;

  private static final int UTF8 = 2 << 28;
  private static final int UNICODE = 3 << 28;
  private static final int HIGH = 4 << 28;
  private static final int SECOND_BACKSLASH = 5 << 28;
  private static final int LOW = 6 << 28;
  private static final int KIND = 7 << 28;
  /** Where the number of bytes or digits stands. */
  private static final int COUNT = 26;
  /** Where the first half of a surrogate pair stands, without D800. */
  private static final int HALF = 12;

  private static final Map<BeyondAscii, CodePointSet> CHARACTERS = new EnumMap<>(BeyondAscii.class);

  static {
    for (BeyondAscii kind : BeyondAscii.values()) {
      CHARACTERS.put(kind, CodePointSet.ofRanges(kind.ranges()));
    }
  }

  private Unfinished() {}

  static CodePointSet characters(BeyondAscii kind) {
    return CHARACTERS.get(kind);
  }

  static boolean isUtf8(int state) {
    return (state & KIND) == UTF8;
  }

  /** Behind the first byte of a character of several; NOTHING if none begins so. */
  static int lead(int b) {
    if (b < 0xC2 || b > 0xF4) {
      return NOTHING;
    }
    return b < 0xE0 ? utf8(1, b & 0x1F) : b < 0xF0 ? utf8(2, b & 0xF) : utf8(3, b & 7);
  }

  private static int utf8(int missing, int value) {
    return UTF8 | missing << COUNT | value;
  }

  private static int count(int state) {
    return state >>> COUNT & 3;
  }

  private static int value(int state) {
    return state & (1 << COUNT) - 1;
  }

  /**
   * After one more byte of an unfinished character: the next such state; or, if it is finished, minus one minus its
   * code point; NOTHING if it does not go on so.
   */
  static int next(int state, int b) {
    return switch (state & KIND) {
      case UTF8 -> (b & 0xC0) != 0x80 ? NOTHING : continued(count(state) - 1, value(state) << 6 | b & 0x3F);
      case BACKSLASH -> escaped(b);
      case UNICODE -> digit(state, b);
      case HIGH -> b == '\\' ? SECOND_BACKSLASH | value(state) : NOTHING;
      case SECOND_BACKSLASH -> b == 'u' ? LOW | value(state) << HALF : NOTHING;
      default -> lowDigit(state, b);
    };
  }

  /** A second byte that shows that fewer bytes would do, or that there is no such character, ends it. */
  private static int continued(int missing, int value) {
    boolean wrong = missing == 1 && value < 0x20 || missing == 2 && (value < 0x10 || value > 0x10F);
    return wrong ? NOTHING : missing == 0 ? -1 - value : utf8(missing, value);
  }

  private static int escaped(int b) {
    return switch (b) {
      case '"', '\\', '/' -> -1 - b;
      case 'b' -> -1 - '\b';
      case 'f' -> -1 - '\f';
      case 'n' -> -1 - '\n';
      case 'r' -> -1 - '\r';
      case 't' -> -1 - '\t';
      case 'u' -> UNICODE;
      default -> NOTHING;
    };
  }

  private static int digit(int state, int b) {
    int digit = b < 128 ? Character.digit(b, 16) : -1;
    if (digit < 0) {
      return NOTHING;
    }
    int value = value(state) << 4 | digit;
    if (count(state) < 3) {
      return UNICODE | count(state) + 1 << COUNT | value;
    }
    if (Character.isLowSurrogate((char) value)) {
      return NOTHING;
    }
    return Character.isHighSurrogate((char) value) ? HIGH | value - 0xD800 : -1 - value;
  }

  private static int lowDigit(int state, int b) {
    int digit = b < 128 ? Character.digit(b, 16) : -1;
    if (digit < 0) {
      return NOTHING;
    }
    int half = value(state) >>> HALF;
    int value = (value(state) & (1 << HALF) - 1) << 4 | digit;
    if (count(state) < 3) {
      return LOW | count(state) + 1 << COUNT | half << HALF | value;
    }
    return Character.isLowSurrogate((char) value) ? -1 - (0x10000 + (half << 10) + value - 0xDC00) : NOTHING;
  }

  /** Whether a language goes on with one of the characters that can still become of a state. */
  static boolean leadsOn(int state, Language rest) {
    return switch (state & KIND) {
      case UTF8 -> utf8LeadsOn(count(state), value(state), rest);
      case BACKSLASH -> leadsOn(0, 0x10FFFF, rest);
      case UNICODE -> unicodeLeadsOn(4 * (4 - count(state)), value(state), rest);
      case HIGH, SECOND_BACKSLASH -> leadsOn(pair(value(state), 0xDC00), pair(value(state), 0xDFFF), rest);
      default -> lowLeadsOn(4 * (4 - count(state)), value(state), rest);
    };
  }

  private static boolean utf8LeadsOn(int missing, int value, Language rest) {
    int first = value << 6 * missing;
    int last = first + (1 << 6 * missing) - 1;
    int least = missing == 3 ? 0x10000 : missing == 2 && value < 0x10 ? 0x800 : 0x80;
    return leadsOn(Math.max(first, least), Math.min(last, 0x10FFFF), rest);
  }

  private static boolean unicodeLeadsOn(int bits, int value, Language rest) {
    int first = value << bits;
    int last = first + (1 << bits) - 1;
    int high = Math.max(first, 0xD800);
    int highest = Math.min(last, 0xDBFF);
    return leadsOn(first, last, rest)
        || high <= highest && leadsOn(pair(high - 0xD800, 0xDC00), pair(highest - 0xD800, 0xDFFF), rest);
  }

  private static boolean lowLeadsOn(int bits, int value, Language rest) {
    int half = value >>> HALF;
    int first = Math.max((value & (1 << HALF) - 1) << bits, 0xDC00);
    int last = Math.min(((value & (1 << HALF) - 1) << bits) + (1 << bits) - 1, 0xDFFF);
    return first <= last && leadsOn(pair(half, first), pair(half, last), rest);
  }

  private static int pair(int half, int low) {
    return 0x10000 + (half << 10) + low - 0xDC00;
  }

  private static boolean leadsOn(int first, int last, Language rest) {
    if (first > last) {
      return false;
    }
    Edges edges = rest.edges();
    for (int i = 0; i < edges.size(); i++) {
      if (edges.sets[i].meets(first, last) && !edges.targets[i].isEmpty()) {
        return true;
      }
    }
    return false;
  }
}
