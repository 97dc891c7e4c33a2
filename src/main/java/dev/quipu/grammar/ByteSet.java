package dev.quipu.grammar;

import java.util.Arrays;

/** A set of bytes. */
final class ByteSet {

  private final long[] bits = new long[4];

  void add(int b) {
    bits[b >> 6] |= 1L << b;
  }

  boolean containsAll(ByteSet other) {
    long missing = 0;
    for (int i = 0; i < 4; i++) {
      missing |= other.bits[i] & ~bits[i];
    }
    return missing == 0;
  }

  boolean isEmpty() {
    return (bits[0] | bits[1] | bits[2] | bits[3]) == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteSet set && Arrays.equals(bits, set.bits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bits);
  }
}
