package dev.quipu.text;

/** Which pairs of tokens merge, into what, and how early: a hash table of primitives. Knows no text. */
final class Merges {

  /** The merge of a pair that does not merge; larger than any. */
  static final long NONE = Long.MAX_VALUE;

  private final IntList lefts = new IntList();
  private final IntList rights = new IntList();
  /** By rank: the token that the merge makes. */
  private final IntList results = new IntList();
  /** Two longs a slot: the pair, and its merge, which is 0 where the slot is free. Made by {@link #freeze}. */
  private long[] table;

  /** Adds the next merge in order of rank; a pair named twice keeps the later rank. */
  void add(int left, int right, int result) {
    lefts.add(left);
    rights.add(right);
    results.add(result);
  }

  int size() {
    return results.size();
  }

  int left(int rank) {
    return lefts.get(rank);
  }

  int right(int rank) {
    return rights.get(rank);
  }

  /** The token that the merge of this rank makes. */
  int result(int rank) {
    return results.get(rank);
  }

  /** To be called when all merges are there, and before any is asked for. */
  void freeze() {
    table = new long[Math.max(4, Integer.highestOneBit(size() + size() / 2) << 2)];
    for (int rank = 0; rank < size(); rank++) {
      put(rank);
    }
    lefts.clear();
    rights.clear();
  }

  // a method, because the JIT takes up one that is called often long before it takes up a loop that runs once
  private void put(int rank) {
    long pair = pair(left(rank), right(rank));
    int slot = slot(pair);
    table[slot] = pair;
    table[slot + 1] = rank + 1L << 32 | result(rank);
  }

  /** What a pair merges into and how early, as a number: of two merges, the lower goes first. Or {@link #NONE}. */
  long merge(int left, int right) {
    long merge = table[slot(pair(left, right)) + 1];
    return merge == 0 ? NONE : merge;
  }

  static int rankOf(long merge) {
    return (int) (merge >>> 32) - 1;
  }

  static int resultOf(long merge) {
    return (int) merge;
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /** The slot of a pair, or the free one where it belongs. */
  private int slot(long pair) {
    long mixed = pair * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32 ^ mixed >>> 47) << 1 & table.length - 1;
    while (table[slot + 1] != 0 && table[slot] != pair) {
      slot = slot + 2 & table.length - 1;
    }
    return slot;
  }
}
