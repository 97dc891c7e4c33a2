package dev.quipu.language;

/**
 * Expressions that were built lately, so that equal ones are mostly the same object and what is remembered of one is
 * known of all. May forget; any thread.
 */
final class Interned {

  private static final int SIZE = 1 << 10;
  private static final Language[] SLOTS = new Language[SIZE];

  private Interned() {}

  static Language of(Language language) {
    int slot = (language.hash * 0x9E3779B1) >>> 22;
    Language known = SLOTS[slot];
    if (known != null && known.equals(language)) {
      return known;
    }
    SLOTS[slot] = language;
    return language;
  }
}
