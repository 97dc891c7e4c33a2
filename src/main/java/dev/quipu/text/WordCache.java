package dev.quipu.text;

/**
 * The tokens of words seen before. A fixed table of immutable entries that are replaced when two words meet in a
 * slot: any thread may read and write it without locks, and the worst a race can do is to forget a word.
 */
final class WordCache {

  /** Words longer than this, in chars, are not kept. */
  static final int MAX_LENGTH = 48;

  private static final int SLOT_BITS = 15;
  private static final int PACKED = 4;

  /**
   * What most words need stands in the entry itself, so that a word is found again in one place of the memory.
   *
   * @param first  the first four chars, fewer if the word is shorter
   * @param second the next four
   * @param word   the whole word if it is longer than that, else null
   * @param id     the token of a word that is one token
   * @param ids    the tokens of any other word, else null
   */
  private record Entry(int length, long first, long second, String word, int id, int[] ids) {
    boolean is(long first, long second, String text, int start, int end) {
      return length == end - start && this.first == first && this.second == second
          && (word == null || text.startsWith(word, start));
    }
  }

  private final Entry[] entries = new Entry[1 << SLOT_BITS];

  /** Appends the tokens of {@code text[start, end)}; false if the word is not known. */
  boolean take(String text, int start, int end, IntList out) {
    long first = pack(text, start, end);
    long second = pack(text, start + PACKED, end);
    Entry entry = entries[slot(first, second, text, start, end)];
    if (entry == null || !entry.is(first, second, text, start, end)) {
      return false;
    }
    if (entry.ids == null) {
      out.add(entry.id);
    } else {
      out.addAll(entry.ids);
    }
    return true;
  }

  /** Keeps the tokens of {@code text[start, end)}: all that stand in the list from {@code from} on. */
  void put(String text, int start, int end, IntList tokens, int from) {
    long first = pack(text, start, end);
    long second = pack(text, start + PACKED, end);
    boolean single = tokens.size() == from + 1;
    entries[slot(first, second, text, start, end)] = new Entry(end - start, first, second,
        end - start > 2 * PACKED ? text.substring(start, end) : null,
        single ? tokens.get(from) : 0, single ? null : tokens.toArray(from));
  }

  /** The chars from {@code start} on, at most four, in a long. */
  private static long pack(String text, int start, int end) {
    long packed = 0;
    for (int i = start; i < end && i < start + PACKED; i++) {
      packed = packed << Character.SIZE | text.charAt(i);
    }
    return packed;
  }

  private static int slot(long first, long second, String text, int start, int end) {
    long hash = first * 0x9E3779B97F4A7C15L + (second + end - start) * 0xC2B2AE3D27D4EB4FL;
    for (int i = start + 2 * PACKED; i < end; i++) {
      hash = (hash + text.charAt(i)) * 0x9E3779B97F4A7C15L;
    }
    return (int) (hash >>> Long.SIZE - SLOT_BITS);
  }
}
