package dev.quipu.mask;

import java.util.Arrays;

/**
 * Which tokens of a vocabulary may come next: a set of bits, one a row of the logits, that many masks share, and a few
 * more tokens by their ids. Immutable.
 */
public final class TokenMask {

  /** More ids than one for so many rows are put among the bits: it is then that they take as much memory. */
  private static final int ROWS_AN_ID = 32;

  private static final int[] NONE = {};

  private final int rows;
  /** Null: none of them. Not to be changed. */
  private final long[] bits;
  private final int[] more;

  /** Allows nothing. */
  TokenMask(int rows) {
    this(null, rows);
  }

  /** @param bits not to be changed from now on; null: none of them is set */
  TokenMask(long[] bits, int rows) {
    this(bits, NONE, rows);
  }

  private TokenMask(long[] bits, int[] more, int rows) {
    this.bits = bits;
    this.more = more;
    this.rows = rows;
  }

  /** With more tokens. */
  TokenMask plus(IntList ids) {
    if (ids.count() == 0) {
      return this;
    }
    var all = new TokenMask(bits, ids.behind(more), rows);
    return all.more.length <= rows / ROWS_AN_ID ? all : new TokenMask(all.toBits(), rows);
  }

  private long[] toBits() {
    long[] all = bits == null ? new long[(rows + 63) >>> 6] : bits.clone();
    for (int id : more) {
      all[id >>> 6] |= 1L << id;
    }
    return all;
  }

  /** About how many bytes this keeps alive beside a set of bits that is there anyway. */
  int sizeBeside(long[] shared) {
    return 4 * more.length + (bits == null || bits == shared ? 0 : 8 * bits.length);
  }

  public boolean allows(int id) {
    return id >= 0 && id < rows && (bits != null && (bits[id >>> 6] >>> id & 1) != 0 || isMore(id));
  }

  private boolean isMore(int id) {
    for (int other : more) {
      if (other == id) {
        return true;
      }
    }
    return false;
  }

  /** How many tokens are allowed. */
  public int cardinality() {
    int count = 0;
    for (long word : toBits()) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The smallest id of an allowed token from one on, or -1. */
  public int next(int from) {
    int next = bits == null ? -1 : nextBit(from);
    for (int id : more) {
      if (id >= from && (next < 0 || id < next)) {
        next = id;
      }
    }
    return next;
  }

  private int nextBit(int from) {
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
   *              allowed; or fewer
   */
  public void apply(float[] logits, int offset, int count) {
    float[] kept = new float[more.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = more[i] < count ? logits[offset + more[i]] : 0;
    }
    forbid(logits, offset, count);
    for (int i = 0; i < kept.length; i++) {
      if (more[i] < count) {
        logits[offset + more[i]] = kept[i];
      }
    }
  }

  /** Those whose bits are not set. */
  private void forbid(float[] logits, int offset, int count) {
    if (bits == null) {
      Arrays.fill(logits, offset, offset + count, Float.NEGATIVE_INFINITY);
      return;
    }
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
    return other instanceof TokenMask mask && rows == mask.rows && Arrays.equals(toBits(), mask.toBits());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBits());
  }

  @Override
  public String toString() {
    return cardinality() + " of " + rows + " tokens";
  }
}
