package dev.quipu.schema;

import dev.quipu.language.Language;

/** The smallest thing that can be said of the entries of an array or an object. */
sealed interface Atom {

  /** Every entry whose key is in {@code keys} has a value that satisfies {@code value}. */
  record Keys(KeySet keys, Node value) implements Atom {}

  /** Every item at a place in {@code [from, to)} satisfies {@code value}. */
  record Items(int from, int to, Node value) implements Atom {

    static final int FOREVER = Integer.MAX_VALUE;
  }

  /** At least {@code n} items that are still to come satisfy {@code value}. */
  record Matches(int n, Node value) implements Atom {}

  /** There are at least {@code n} entries in all. */
  record Size(int n) implements Atom {}

  /** No two items are equal. */
  record Unique() implements Atom {}

  /**
   * A set of keys.
   *
   * @param name   the only one; null if there may be several
   * @param others else all of them
   */
  record KeySet(String name, Language others) {

    static KeySet of(String name) {
      return new KeySet(name, null);
    }

    static KeySet of(Language language) {
      return new KeySet(null, language);
    }

    Language language() {
      return name != null ? Language.text(name) : others;
    }

    boolean has(String key) {
      return name != null ? name.equals(key) : others.accepts(key);
    }

    boolean isSingle() {
      return name != null;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof KeySet other && (name != null ? name.equals(other.name)
          : other.name == null && others.equals(other.others));
    }

    @Override
    public int hashCode() {
      return name != null ? name.hashCode() : others.hashCode();
    }
  }
}
