package dev.quipu.text;

/** Which pairs of tokens merge, into what, and how early: a hash table of primitives. Knows no text. */
final class Merges {

  /** The merge of a pair that does not merge; larger than any. */
  static final long NONE = Long.MAX_VALUE;

  private static final int FILTER_BITS = 8; // a slot

  private final IntList lefts = new IntList();
  private final IntList rights = new IntList();
  /** By rank: the token that the merge makes. */
  private final IntList results = new IntList();
  // a hash table, made by freeze(): pairs, and the merge of each, which is 0 where the slot is free
  private long[] pairs;
  private long[] merges;
  /** A bit for every pair, and for few others: small enough to stay in cache, and most pairs do not merge. */
  private long[] filter;
  private int filterShift;

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
    int slots = Math.max(64, Integer.highestOneBit(size() + size() / 2) << 1);
    pairs = new long[slots];
    merges = new long[slots];
    filter = new long[slots * FILTER_BITS / Long.SIZE];
    filterShift = Long.SIZE - Integer.numberOfTrailingZeros(slots * FILTER_BITS);
    for (int rank = 0; rank < size(); rank++) {
      put(rank);
    }
    lefts.clear();
    rights.clear();
  }

  // a method, because the JIT takes up one that is called often long before it takes up a loop that runs once
  private void put(int rank) {
    long pair = pair(left(rank), right(rank));
    int bit = (int) (mix(pair) >>> filterShift);
    filter[bit >>> 6] |= 1L << bit;
    int slot = slot(pair);
    pairs[slot] = pair;
    merges[slot] = rank + 1L << 32 | result(rank);
  }

  /** What a pair merges into and how early, as a number: of two merges, the lower goes first. Or {@link #NONE}. */
  long merge(int left, int right) {
    long pair = pair(left, right);
    int bit = (int) (mix(pair) >>> filterShift);
    if ((filter[bit >>> 6] >>> bit & 1) == 0) {
      return NONE;
    }
    long merge = merges[slot(pair)];
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
    long mixed = mix(pair);
    int slot = (int) (mixed >>> 32 ^ mixed >>> 47) & pairs.length - 1;
    while (pairs[slot] != pair && merges[slot] != 0) {
      slot = slot + 1 & pairs.length - 1;
    }
    return slot;
  }

  private static long mix(long pair) {
    return pair * 0x9E3779B97F4A7C15L;
  }
}
