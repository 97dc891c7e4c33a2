package dev.quipu.text;

/**
 * The tokens of words seen before. A fixed table of immutable entries that are replaced when two words meet in a
 * slot: any thread may read and write it without locks, and the worst a race can do is to forget a word.
 */
final class WordCache {

  /** Words longer than this, in chars, are not kept. */
  static final int MAX_LENGTH = 48;

  private static final int SLOTS = 1 << 15;

  private record Entry(int hash, String word, int[] ids) {}

  private final Entry[] entries = new Entry[SLOTS];

  static int hash(String text, int start, int end) {
    int hash = end - start;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    hash *= 0x9E3779B9;
    return hash ^ hash >>> 15;
  }

  /** The tokens of {@code text[start, end)}, or null. */
  int[] get(int hash, String text, int start, int end) {
    Entry entry = entries[hash & SLOTS - 1];
    if (entry == null || entry.hash != hash || entry.word.length() != end - start
        || !text.startsWith(entry.word, start)) {
      return null;
    }
    return entry.ids;
  }

  void put(int hash, String word, int[] ids) {
    entries[hash & SLOTS - 1] = new Entry(hash, word, ids);
  }
}
