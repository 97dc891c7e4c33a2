package dev.quipu.vision.vp8l;

import java.io.IOException;

/** Reads bits from bytes, the lowest first. Behind the end there are zeros, and nobody may use up more than there is. */
final class BitReader {

  /** Bits that libwebp takes for there, whatever the length. */
  private static final int LEAST_BITS = 64;

  private final byte[] bytes;
  private final int end;
  private final long lastBit;
  private int next;
  private long loaded;
  private int loadedBits;
  private long used;

  BitReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.next = from;
    this.end = to;
    this.lastBit = Math.max(8L * (to - from), LEAST_BITS);
  }

  /** The next bits, at most 32, without using them up. */
  int peek(int bits) {
    while (loadedBits < bits) {
      loaded |= (next < end ? bytes[next++] & 0xFFL : 0) << loadedBits;
      loadedBits += 8;
    }
    return (int) (loaded & (1L << bits) - 1);
  }

  /** Uses up bits that were peeked at. */
  void skip(int bits) throws IOException {
    loaded >>>= bits;
    loadedBits -= bits;
    used += bits;
    if (used > lastBit) {
      throw new IOException("it is damaged: its end is missing");
    }
  }

  int bits(int count) throws IOException {
    int value = peek(count);
    skip(count);
    return value;
  }

  boolean flag() throws IOException {
    return bits(1) == 1;
  }
}
