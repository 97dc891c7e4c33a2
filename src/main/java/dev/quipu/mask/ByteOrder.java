package dev.quipu.mask;

import java.util.Arrays;

/**
 * Sorts the ids of a vocabulary by their tokens' bytes, unsigned, and equal ones by themselves. Four bytes at a time
 * are put in front of the id in a long, so that it is longs that are sorted, and then what agrees so far.
 */
final class ByteOrder {

  private static final int BYTES = 4;
  private static final int ID_BITS = 28;
  private static final int FEW = 6;

  private final byte[][] tokens;
  private final long[] keys;

  private ByteOrder(byte[][] tokens) {
    this.tokens = tokens;
    this.keys = new long[tokens.length];
  }

  /** The ids that have bytes. */
  static int[] of(byte[][] tokens) {
    return new ByteOrder(tokens).sorted();
  }

  private int[] sorted() {
    int count = 0;
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] != null && tokens[id].length > 0) {
        keys[count++] = id;
      }
    }
    sort(0, count, 0);
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = id(keys[i]);
    }
    return ids;
  }

  /** Sorts what agrees in the bytes before a depth. */
  private void sort(int from, int to, int depth) {
    if (to - from <= FEW) {
      insert(from, to, depth);
      return;
    }
    for (int i = from; i < to; i++) {
      keys[i] = key(id(keys[i]), depth);
    }
    Arrays.sort(keys, from, to);
    for (int start = from, i = from + 1; i <= to; i++) {
      if (i == to || keys[i] >>> ID_BITS != keys[start] >>> ID_BITS) {
        if (i - start > 1 && tokens[id(keys[start])].length >= depth + BYTES) {
          sort(start, i, depth + BYTES);
        }
        start = i;
      }
    }
  }

  /** Each byte takes nine bits, since the end of a token comes before every byte. */
  private long key(int id, int depth) {
    byte[] token = tokens[id];
    long key = 0;
    for (int i = depth; i < depth + BYTES; i++) {
      key = key << 9 | (i < token.length ? (token[i] & 255) + 1 : 0);
    }
    return (key << ID_BITS | id) ^ Long.MIN_VALUE;
  }

  private static int id(long key) {
    return (int) key & (1 << ID_BITS) - 1;
  }

  private void insert(int from, int to, int depth) {
    for (int i = from + 1; i < to; i++) {
      long key = keys[i];
      int j = i;
      for (; j > from && before(id(key), id(keys[j - 1]), depth); j--) {
        keys[j] = keys[j - 1];
      }
      keys[j] = key;
    }
  }

  private boolean before(int id, int other, int depth) {
    byte[] a = tokens[id];
    byte[] b = tokens[other];
    int order = Arrays.compareUnsigned(a, depth, a.length, b, depth, b.length);
    return order < 0 || order == 0 && id < other;
  }
}
