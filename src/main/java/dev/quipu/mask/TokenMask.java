package dev.quipu.mask;

import java.util.Arrays;

/** Which tokens of a vocabulary may come next, one bit a row of the logits. */
public final class TokenMask {

  private final long[] bits;
  private final int rows;

  /** Allows nothing yet. */
  TokenMask(int rows) {
    this(new long[(rows + 63) >>> 6], rows);
  }

  TokenMask(long[] bits, int rows) {
    this.bits = bits;
    this.rows = rows;
  }

  public boolean allows(int id) {
    return id >= 0 && id < rows && (bits[id >>> 6] >>> id & 1) != 0;
  }

  /** How many tokens are allowed. */
  public int cardinality() {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The only token that is allowed, or -1 if there are more, or none. */
  public int only() {
    int only = -1;
    for (int w = 0; w < bits.length; w++) {
      if (bits[w] != 0) {
        if (only >= 0 || (bits[w] & bits[w] - 1) != 0) {
          return -1;
        }
        only = (w << 6) + Long.numberOfTrailingZeros(bits[w]);
      }
    }
    return only;
  }

  /** The smallest id of an allowed token from one on, or -1. */
  public int next(int from) {
    for (int w = from >>> 6; w < bits.length; w++) {
      long word = w == from >>> 6 ? bits[w] & -1L << from : bits[w];
      if (word != 0) {
        return (w << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    return -1;
  }

  /**
   * Makes every other token impossible.
   *
   * @param count logits of a row, from {@code offset} on; may be more than the vocabulary has rows: none of those is
   *              allowed
   */
  public void apply(float[] logits, int offset, int count) {
    for (int start = 0; start < count; start += 64) {
      long word = start < rows ? bits[start >>> 6] : 0;
      if (word != -1L) {
        forbid(logits, offset + start, offset + Math.min(start + 64, count), word);
      }
    }
  }

  private static void forbid(float[] logits, int from, int to, long allowed) {
    if (allowed == 0) {
      Arrays.fill(logits, from, to, Float.NEGATIVE_INFINITY);
      return;
    }
    for (int at = from; at < to; at++) {
      if ((allowed >>> at - from & 1) == 0) {
        logits[at] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenMask mask && rows == mask.rows && Arrays.equals(bits, mask.bits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bits);
  }

  @Override
  public String toString() {
    return cardinality() + " of " + rows + " tokens";
  }
}
