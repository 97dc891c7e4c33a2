package dev.quipu.text;

import java.util.Arrays;
import java.util.BitSet;

/** Which pairs of tokens merge, into what, and how early: a hash table of primitives. Knows no text. */
final class Merges {

  static final int NONE = Integer.MAX_VALUE;

  private static final long FREE = -1;

  private long[] pairs = new long[1 << 12];
  private int[] ranks = new int[1 << 12];
  /** The merged token by rank. */
  private int[] results = new int[1 << 11];
  private int count;
  private int used;

  Merges() {
    Arrays.fill(pairs, FREE);
  }

  /** Adds the next merge in order of rank; a pair named twice keeps the later rank. */
  void add(int left, int right, int result) {
    if (count == results.length) {
      results = Arrays.copyOf(results, count * 2);
    }
    results[count] = result;
    if (used * 2 >= pairs.length) {
      grow();
    }
    put((long) left << 32 | right, count++);
  }

  int size() {
    return count;
  }

  /** The rank of a pair; the lowest merges first. {@link #NONE} if the two do not merge. */
  int rank(int left, int right) {
    long pair = (long) left << 32 | right;
    int slot = slot(pair);
    while (pairs[slot] != pair) {
      if (pairs[slot] == FREE) {
        return NONE;
      }
      slot = slot + 1 & pairs.length - 1;
    }
    return ranks[slot];
  }

  int result(int rank) {
    return results[rank];
  }

  /** Tells of every border that a merge crosses; false if merges also work on the tokens that stand for bytes. */
  boolean joinSeams(Vocabulary vocabulary, BitSet bytes, Seams seams) {
    for (long pair : pairs) {
      if (pair != FREE) {
        int left = (int) (pair >>> 32);
        int right = (int) pair;
        if (bytes.get(left) || bytes.get(right)) {
          return false;
        }
        seams.join(vocabulary.lastCodePoint(left), vocabulary.firstCodePoint(right));
      }
    }
    return true;
  }

  private void put(long pair, int rank) {
    int slot = slot(pair);
    while (pairs[slot] != pair && pairs[slot] != FREE) {
      slot = slot + 1 & pairs.length - 1;
    }
    used += pairs[slot] == FREE ? 1 : 0;
    pairs[slot] = pair;
    ranks[slot] = rank;
  }

  private void grow() {
    long[] oldPairs = pairs;
    int[] oldRanks = ranks;
    pairs = new long[oldPairs.length * 2];
    ranks = new int[oldPairs.length * 2];
    Arrays.fill(pairs, FREE);
    used = 0;
    for (int i = 0; i < oldPairs.length; i++) {
      if (oldPairs[i] != FREE) {
        put(oldPairs[i], oldRanks[i]);
      }
    }
  }

  private int slot(long pair) {
    long mixed = pair * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32 ^ mixed >>> 47) & pairs.length - 1;
  }
}
