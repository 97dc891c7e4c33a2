package dev.quipu.vision.vp8;

/**
 * Reads bits of known likelihood from bytes: arithmetic coding as in RFC 6386, section 7. Behind the end there are
 * zeros, and the reader knows that it was there.
 */
final class BoolReader {

  private final byte[] bytes;
  private final int end;
  private int next;
  private int range = 255; // 128 … 255
  private int value; // 8 + spare bits, below range << spare
  private int spare = -8; // bits that were loaded ahead; below 0 some are owed
  private boolean exhausted;

  BoolReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.next = from;
    this.end = to;
    this.exhausted = from == to;
  }

  /** Whether more was read than there is. */
  boolean isExhausted() {
    return exhausted;
  }

  /** A bit that is 0 with the given likelihood, in 256ths. */
  int bit(int likelihoodOfZero) {
    while (spare < 0) {
      exhausted |= next >= end;
      value = value << 8 | (next < end ? bytes[next++] & 0xFF : 0);
      spare += 8;
    }
    int split = 1 + ((range - 1) * likelihoodOfZero >> 8);
    int bit = value >= split << spare ? 1 : 0;
    if (bit == 1) {
      value -= split << spare;
      range -= split;
    } else {
      range = split;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    spare -= shift;
    return bit;
  }

  boolean flag() {
    return bit(128) == 1;
  }

  /** An unsigned number, highest bit first. */
  int number(int bits) {
    int number = 0;
    for (int i = 0; i < bits; i++) {
      number = number << 1 | bit(128);
    }
    return number;
  }

  /** A number and its sign. */
  int signed(int bits) {
    int number = number(bits);
    return flag() ? -number : number;
  }

  /** A signed number if a flag says that there is one, else 0. */
  int optionalSigned(int bits) {
    return flag() ? signed(bits) : 0;
  }
}
