package dev.quipu.vision.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** Prefix codes of up to 16 bits, given by how many there are of each length. */
final class HuffmanTable {

  private static final int LONGEST = 16;
  private static final int NEVER_REACHED = 0xFFFFF;

  private final int[] counts; // by length, from 1
  private final byte[] symbols; // [256], in the order of their codes
  private final int[] last = new int[LONGEST + 2]; // code of a length, or −1
  private final int[] offset = new int[LONGEST + 2]; // from a code to the place of its symbol
  private final int[] fast = new int[256]; // by the next eight bits: length and symbol, or 0
  private final boolean wrong;

  /** @param counts [17], of codes by length */
  HuffmanTable(int[] counts, byte[] symbols) {
    this.counts = counts;
    this.symbols = Arrays.copyOf(symbols, 256);
    this.wrong = !number();
  }

  /** Gives each symbol its code; false if there are more than fit, where a code of ones alone is none. */
  private boolean number() {
    int code = 0;
    int place = 0;
    for (int length = 1; length <= LONGEST; length++, code <<= 1) {
      if (counts[length] > 0 && code + counts[length] >= 1 << length) {
        return false;
      }
      offset[length] = place - code;
      for (int i = 0; i < counts[length]; i++, code++, place++) {
        if (length <= 8) {
          Arrays.fill(fast, code << 8 - length, code + 1 << 8 - length, length << 8 | symbols[place] & 0xFF);
        }
      }
      last[length] = counts[length] > 0 ? code - 1 : -1;
    }
    last[LONGEST + 1] = NEVER_REACHED;
    return true;
  }

  /**
   * To be used in a scan.
   *
   * @param mean whether it codes means, of which none has more than 15 bits
   */
  HuffmanTable checked(boolean mean) throws IOException {
    int count = Arrays.stream(counts).sum();
    for (int i = 0; mean && i < count; i++) {
      if ((symbols[i] & 0xFF) > 15) {
        throw wrongTable();
      }
    }
    if (wrong) {
      throw wrongTable();
    }
    return this;
  }

  private static IOException wrongTable() {
    return new IOException("it is damaged: a table of codes is wrong");
  }

  int lookUp(int bits) {
    return fast[bits];
  }

  int last(int length) {
    return last[length];
  }

  int symbol(int length, int code) {
    return length > LONGEST ? 0 : symbols[code + offset[length] & 0xFF] & 0xFF;
  }
}
