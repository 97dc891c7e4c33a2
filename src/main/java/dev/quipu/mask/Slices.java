package dev.quipu.mask;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tokens of a vocabulary by the characters that they are made of: each set once, the last ones kept. Thread-safe. */
final class Slices {

  private static final int KEPT = 64;

  private final TokenTrie trie;
  private final int maxCharacters;

  /** What tokens are made of, as {@link TokenTrie#below} has it, each once; and for each token which. */
  private final long[] kinds;
  private final int[] kindOf;

  private final Map<Long, Slice> slices = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Long, Slice> eldest) {
      return size() > KEPT;
    }
  };

  Slices(TokenTrie trie) {
    this.trie = trie;
    this.kindOf = new int[trie.order.length];
    Map<Long, Integer> numbers = new HashMap<>();
    int most = 0;
    for (int rank = 0; rank < kindOf.length; rank++) {
      long kind = TokenTrie.kind(trie.bytes(trie.order[rank]));
      kindOf[rank] = numbers.computeIfAbsent(kind, any -> numbers.size());
      most = Math.max(most, TokenTrie.characters(kind));
    }
    this.kinds = new long[numbers.size()];
    numbers.forEach((kind, number) -> kinds[number] = kind);
    this.maxCharacters = most;
  }

  /** The tokens that are of these classes of {@link Characters} alone. */
  synchronized Slice of(long characters) {
    return slices.computeIfAbsent(characters, Slice::new);
  }

  /** The tokens of some characters, and the others: with other characters, or long. */
  final class Slice {

    /** Tokens for each of the others: so few have a trie of their own. */
    private static final int FEW = 6;

    private final long characters;
    private final long[][] upTo = new long[maxCharacters + 1][];

    private final TokenTrie others;
    private final TokenTrie quoted;

    private Slice(long characters) {
      this.characters = characters;
      this.others = others();
      this.quoted = others == null ? null : others.with(Arrays.stream(others.order)
          .filter(id -> !hasControlInside(trie.bytes(id))).toArray());
    }

    /**
     * The tokens with other characters, or with more than {@link Free#FAR}; null if they are many.
     *
     * @param inQuotes without those with a control character before a quote
     */
    TokenTrie others(boolean inQuotes) {
      return inQuotes ? quoted : others;
    }

    /** Whether a token of these characters may be longer. */
    boolean exceeds(int length) {
      return maxCharacters > length;
    }

    /** The tokens of at most so many characters; not to be changed. */
    synchronized long[] bits(int length) {
      int most = Math.min(length, maxCharacters);
      if (upTo[most] == null) {
        upTo[most] = collect(most);
      }
      return upTo[most];
    }

    private long[] collect(int length) {
      boolean[] belongs = new boolean[kinds.length];
      for (int i = 0; i < kinds.length; i++) {
        belongs[i] = TokenTrie.isOf(kinds[i], characters) && TokenTrie.characters(kinds[i]) <= length;
      }
      long[] bits = new long[(trie.size() + 63) >>> 6];
      for (int rank = 0; rank < kindOf.length; rank++) {
        if (belongs[kindOf[rank]]) {
          int id = trie.order[rank];
          bits[id >>> 6] |= 1L << id;
        }
      }
      return bits;
    }

    private static boolean hasControlInside(byte[] token) {
      for (byte b : token) {
        if (b == '"' || b >= 0 && b < ' ') {
          return b != '"';
        }
      }
      return false;
    }

    private TokenTrie others() {
      int count = 0;
      int[] ids = new int[kindOf.length / FEW];
      for (int rank = 0; rank < kindOf.length; rank++) {
        long kind = kinds[kindOf[rank]];
        if (!TokenTrie.isOf(kind, characters) || TokenTrie.characters(kind) > Free.FAR) {
          if (count == ids.length) {
            return null;
          }
          ids[count++] = trie.order[rank];
        }
      }
      return trie.with(Arrays.copyOf(ids, count));
    }
  }
}
