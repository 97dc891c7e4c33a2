package dev.quipu.mask;

import java.util.Arrays;

/** Sorts the ids of a vocabulary by their tokens' bytes, unsigned: multikey quicksort, which reads a byte once a level. */
final class ByteOrder {

  private static final int INSERTION = 8;

  private final byte[][] tokens;
  private final int[] ids;

  ByteOrder(byte[][] tokens) {
    this.tokens = tokens;
    int count = 0;
    int[] all = new int[tokens.length];
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] != null && tokens[id].length > 0) {
        all[count++] = id;
      }
    }
    this.ids = Arrays.copyOf(all, count);
  }

  /** Those ids that have bytes; equal tokens in the order of their ids. */
  int[] sorted() {
    sort(0, ids.length, 0);
    return ids;
  }

  /** Sorts ids whose tokens agree in their first bytes. */
  private void sort(int from, int to, int depth) {
    int start = from;
    int end = to;
    while (end - start > INSERTION) {
      int pivot = median(at(start, depth), at((start + end) >>> 1, depth), at(end - 1, depth));
      int less = start;
      int more = end;
      for (int i = start; i < more; ) {
        int b = at(i, depth);
        if (b < pivot) {
          swap(less++, i++);
        } else if (b > pivot) {
          swap(i, --more);
        } else {
          i++;
        }
      }
      if (pivot >= 0) {
        sort(less, more, depth + 1);
      } else {
        Arrays.sort(ids, less, more);
      }
      sort(start, less, depth);
      start = more;
    }
    insert(start, end, depth);
  }

  /** The byte of a token, -1 behind its end. */
  private int at(int i, int depth) {
    byte[] token = tokens[ids[i]];
    return depth < token.length ? token[depth] & 255 : -1;
  }

  private static int median(int a, int b, int c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private void swap(int i, int j) {
    int id = ids[i];
    ids[i] = ids[j];
    ids[j] = id;
  }

  private void insert(int from, int to, int depth) {
    for (int i = from + 1; i < to; i++) {
      int id = ids[i];
      int j = i;
      for (; j > from && before(id, ids[j - 1], depth); j--) {
        ids[j] = ids[j - 1];
      }
      ids[j] = id;
    }
  }

  private boolean before(int id, int other, int depth) {
    byte[] a = tokens[id];
    byte[] b = tokens[other];
    int order = Arrays.compareUnsigned(a, depth, a.length, b, depth, b.length);
    return order < 0 || order == 0 && id < other;
  }
}
