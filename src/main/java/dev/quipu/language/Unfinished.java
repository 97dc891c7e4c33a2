package dev.quipu.language;

import dev.quipu.mask.BeyondAscii;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

  static final CodePointSet BEYOND_ASCII = CodePointSet.range(0x80, 0x10FFFF);

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

  /**
   * The same state for all beginnings that go on alike where a language treats all characters beyond ASCII alike, and,
   * if it does so with all characters, beginnings of escapes, too.
   */
  static int alike(int state, boolean all) {
    int count = count(state);
    int value = value(state);
    return switch (state & KIND) {
      case UTF8 -> utf8(count, count == 1 ? 0x20 : value == 0 || value == (count == 2 ? 0xD : 4) ? value : 1);
      case UNICODE -> all ? UNICODE | count << COUNT | highOnly(count, value) : state;
      case HIGH, SECOND_BACKSLASH -> all ? state & KIND : state;
      case LOW -> all ? LOW | count << COUNT | 0xDC0 >> 4 * (3 - count) : state;
      default -> state;
    };
  }

  /** Digits that may become the first half of a pair, as the first of these; others as 0. */
  private static int highOnly(int count, int digits) {
    int first = 0xD80 >> 4 * (3 - count);
    int last = 0xDBF >> 4 * (3 - count);
    return digits >= first && digits <= last ? first : 0;
  }

  /** Whether a language goes on with one of the characters that can still become of a state. */
  static boolean leadsOn(int state, Language rest) {
    return example(state, rest) >= 0;
  }

  /** A character that can become of a state and with which a language goes on; -1 if there is none. */
  static int example(int state, Language rest) {
    return switch (state & KIND) {
      case UTF8 -> ofUtf8(count(state), value(state), rest);
      case BACKSLASH -> among(0, 0x10FFFF, rest);
      case UNICODE -> ofUnicode(4 * (4 - count(state)), value(state), rest);
      case HIGH, SECOND_BACKSLASH -> among(pair(value(state), 0xDC00), pair(value(state), 0xDFFF), rest);
      default -> ofLow(4 * (4 - count(state)), value(state), rest);
    };
  }

  private static int ofUtf8(int missing, int value, Language rest) {
    int first = value << 6 * missing;
    int last = first + (1 << 6 * missing) - 1;
    int least = missing == 3 ? 0x10000 : missing == 2 && value < 0x10 ? 0x800 : 0x80;
    return among(Math.max(first, least), Math.min(last, 0x10FFFF), rest);
  }

  private static int ofUnicode(int bits, int value, Language rest) {
    int first = value << bits;
    int last = first + (1 << bits) - 1;
    int high = Math.max(first, 0xD800);
    int highest = Math.min(last, 0xDBFF);
    int single = among(first, last, rest);
    return single >= 0 || high > highest ? single
        : among(pair(high - 0xD800, 0xDC00), pair(highest - 0xD800, 0xDFFF), rest);
  }

  private static int ofLow(int bits, int value, Language rest) {
    int half = value >>> HALF;
    int first = Math.max((value & (1 << HALF) - 1) << bits, 0xDC00);
    int last = Math.min(((value & (1 << HALF) - 1) << bits) + (1 << bits) - 1, 0xDFFF);
    return among(pair(half, first), pair(half, last), rest);
  }

  private static int pair(int half, int low) {
    return 0x10000 + (half << 10) + low - 0xDC00;
  }

  private static int among(int first, int last, Language rest) {
    if (first > last) {
      return -1;
    }
    if (rest.spreads()) {
      for (int c : new int[] {first, last}) {
        if (CodePointSet.ALL.contains(c) && !rest.after(c).isEmpty()) {
          return c;
        }
      }
    }
    Edges edges = rest.edges();
    for (int i = 0; i < edges.size(); i++) {
      int member = edges.sets[i].firstIn(first, last);
      if (member >= 0 && !edges.targets[i].isEmpty()) {
        return member;
      }
    }
    return -1;
  }

  /** The bytes that are still to be written of a character that can become of a state. */
  static byte[] finish(int state, int codePoint) {
    if (isUtf8(state)) {
      byte[] all = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
      return Arrays.copyOfRange(all, all.length - count(state), all.length);
    }
    StringBuilder all = new StringBuilder();
    for (char unit : Character.toChars(codePoint)) {
      all.append(String.format("\\u%04x", (int) unit));
    }
    int written = switch (state & KIND) {
      case BACKSLASH -> 1;
      case UNICODE -> 2 + count(state);
      case HIGH -> 6;
      case SECOND_BACKSLASH -> 7;
      default -> 8 + count(state);
    };
    return all.substring(written).getBytes(StandardCharsets.US_ASCII);
  }
}
