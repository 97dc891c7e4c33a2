package dev.quipu.vision.vp8l;

import java.io.IOException;
import java.util.Arrays;

/** Symbols written in more or fewer bits (Huffman), given by their lengths alone: shorter codes first, then by symbol. */
final class PrefixCode {

  private static final int LONGEST = 15;
  private static final int FAST_BITS = 8;
  private static final int[] LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  private static final int LARGEST_SIMPLE = 256;

  private final int[] counts = new int[LONGEST + 1]; // of codes, by length
  private final short[] symbols; // in the order of their codes
  private final int fastBits;
  private final int[] fast; // by the next bits: symbol << 4 | length, or 0 where the code is longer

  private PrefixCode(int[] lengths, int alphabet) throws IOException {
    for (int symbol = 0; symbol < alphabet; symbol++) {
      counts[lengths[symbol]]++;
    }
    counts[0] = 0;
    requireWhole(Arrays.stream(counts).sum());
    symbols = sorted(lengths, alphabet);
    fastBits = symbols.length == 1 ? 0 : FAST_BITS;
    fast = new int[1 << fastBits];
    fillFast();
  }

  /** Every sequence of bits must mean something, and only one thing; a single symbol needs none. */
  private void requireWhole(int symbols) throws IOException {
    int free = 1;
    for (int length = 1; length <= LONGEST && symbols != 1; length++) {
      free = 2 * free - counts[length];
      if (free < 0) {
        break;
      }
    }
    if (symbols == 0 || symbols > 1 && free != 0) {
      throw new IOException("it is damaged: a table of codes is wrong");
    }
  }

  private short[] sorted(int[] lengths, int alphabet) {
    int[] next = new int[LONGEST + 2];
    for (int length = 1; length <= LONGEST; length++) {
      next[length + 1] = next[length] + counts[length];
    }
    short[] sorted = new short[next[LONGEST + 1]];
    for (int symbol = 0; symbol < alphabet; symbol++) {
      if (lengths[symbol] > 0) {
        sorted[next[lengths[symbol]]++] = (short) symbol;
      }
    }
    return sorted;
  }

  private void fillFast() {
    int code = 0;
    int symbol = 0;
    for (int length = 1; length <= fastBits; length++, code <<= 1) {
      for (int i = 0; i < counts[length]; i++, code++) {
        int reversed = Integer.reverse(code) >>> 32 - length; // bits come lowest first, codes highest first
        for (int at = reversed; at < fast.length; at += 1 << length) {
          fast[at] = symbols[symbol] << 4 | length;
        }
        symbol++;
      }
    }
  }

  /** The one symbol there is, or −1. */
  int onlySymbol() {
    return symbols.length == 1 ? symbols[0] : -1;
  }

  int symbol(BitReader in) throws IOException {
    if (fastBits == 0) {
      return symbols[0];
    }
    int entry = fast[in.peek(fastBits)];
    if (entry != 0) {
      in.skip(entry & 15);
      return entry >> 4;
    }
    return longSymbol(in, in.peek(LONGEST));
  }

  private int longSymbol(BitReader in, int bits) throws IOException {
    int code = 0; // less the first of its length
    int before = 0; // symbols with shorter codes
    for (int length = 1; length <= LONGEST; length++) {
      code = code << 1 | bits >> length - 1 & 1;
      if (code < counts[length]) {
        in.skip(length);
        return symbols[before + code];
      }
      code -= counts[length];
      before += counts[length];
    }
    throw new IllegalStateException("the code is whole");
  }

  /** The code of an alphabet, as it is written: one or two symbols, or all lengths, which have a code themselves. */
  static PrefixCode read(BitReader in, int alphabet) throws IOException {
    int[] lengths = new int[Math.max(alphabet, LARGEST_SIMPLE)];
    if (in.flag()) {
      int count = in.bits(1) + 1;
      lengths[in.bits(in.flag() ? 8 : 1)] = 1;
      if (count == 2) {
        lengths[in.bits(8)] = 1;
      }
    } else {
      readLengths(in, lengths, alphabet);
    }
    return new PrefixCode(lengths, alphabet);
  }

  private static void readLengths(BitReader in, int[] lengths, int alphabet) throws IOException {
    int[] lengthsOfLengths = new int[LENGTH_ORDER.length];
    int count = in.bits(4) + 4;
    for (int i = 0; i < count; i++) {
      lengthsOfLengths[LENGTH_ORDER[i]] = in.bits(3);
    }
    PrefixCode code = new PrefixCode(lengthsOfLengths, lengthsOfLengths.length);
    int tokens = in.flag() ? 2 + in.bits(2 + 2 * in.bits(3)) : alphabet;
    if (tokens > alphabet) {
      throw new IOException("it is damaged: a table of codes is too long");
    }
    int previous = 8;
    for (int symbol = 0; symbol < alphabet && tokens > 0; tokens--) {
      int token = code.symbol(in);
      if (token < 16) {
        lengths[symbol++] = token;
        previous = token == 0 ? previous : token;
      } else {
        int times = token == 16 ? 3 + in.bits(2) : token == 17 ? 3 + in.bits(3) : 11 + in.bits(7);
        if (symbol + times > alphabet) {
          throw new IOException("it is damaged: a table of codes is too long");
        }
        Arrays.fill(lengths, symbol, symbol + times, token == 16 ? previous : 0);
        symbol += times;
      }
    }
  }
}
