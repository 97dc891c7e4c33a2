package dev.quipu.mask;

import java.util.Arrays;

/**
 * What a state of a lexeme says of every token, whatever surrounds it: those that stay inside, and those nodes of a
 * trie at which the lexeme may end, where the position has to be asked.
 */
final class LexemeMask {

  private final long[] base;
  private int[] more = new int[16];
  private int count;

  /** The trie of {@link #leaving}. */
  final TokenTrie trie;

  /** Nodes whose byte is the first behind the lexeme; and the states that the way to them led to. */
  int[] leaving = new int[8];
  Lexeme[] states = new Lexeme[8];
  int leavings;

  private LexemeMask(long[] base, TokenTrie trie) {
    this.base = base;
    this.trie = trie;
  }

  static LexemeMask of(Lexeme lexeme, TokenTrie trie, Slices slices) {
    Free free = Free.of(lexeme);
    if (!free.isWide()) {
      var mask = new LexemeMask(null, trie);
      mask.new Walk(Free.NOTHING).from(lexeme);
      return mask.trimmed();
    }
    Slices.Slice slice = slices.of(free.characters());
    boolean whole = free.exact() || !slice.exceeds(free.length());
    TokenTrie others = whole ? slice.others(lexeme.isQuoted()) : null;
    boolean apart = others != null;
    var mask = new LexemeMask(slice.bits(free.length()), apart ? others : trie);
    mask.new Walk(apart ? Free.NOTHING : free).from(lexeme);
    return mask.trimmed();
  }

  /** The tokens that stay inside, as a set to go on with. */
  long[] bits(int rows) {
    long[] bits = base == null ? new long[(rows + 63) >>> 6] : base.clone();
    for (int i = 0; i < count; i++) {
      bits[more[i] >>> 6] |= 1L << more[i];
    }
    return bits;
  }

  /** About how many bytes this keeps alive that nothing else does. */
  int size() {
    return 4 * more.length + 8 * leaving.length + 100;
  }

  private LexemeMask trimmed() {
    more = Arrays.copyOf(more, count);
    leaving = Arrays.copyOf(leaving, leavings);
    states = Arrays.copyOf(states, leavings);
    return this;
  }

  private void addTokens(int from, int to) {
    if (count + to - from > more.length) {
      more = Arrays.copyOf(more, Math.max(count + to - from, 2 * count));
    }
    System.arraycopy(trie.order, from, more, count, to - from);
    count += to - from;
  }

  private void leave(int node, Lexeme state) {
    if (leavings == leaving.length) {
      leaving = Arrays.copyOf(leaving, 2 * leavings);
      states = Arrays.copyOf(states, 2 * leavings);
    }
    leaving[leavings] = node;
    states[leavings++] = state;
  }

  /** Once through the trie, past the subtrees whose tokens are all known. */
  private final class Walk {

    /** From so many nodes on it is worth while to ask a state what is free. */
    private static final int LARGE = 400;

    private static final int NEVER = Integer.MAX_VALUE;

    /** Tokens of these are in the base already. */
    private final Free known;

    private final Lexeme[] path = new Lexeme[trie.maxDepth + 1];
    private final int[] characters = new int[trie.maxDepth + 1];
    private final int[] reading = new int[trie.maxDepth + 1];

    /** The depth at which the way came upon a character that is not known. */
    private int strange = NEVER;

    Walk(Free known) {
      this.known = known;
    }

    void from(Lexeme lexeme) {
      path[0] = lexeme;
      for (int node = 0; node < trie.nodes; ) {
        int depth = trie.depth[node];
        if (depth <= strange) {
          strange = NEVER;
        }
        if (strange == NEVER && isKnown(trie.below[node], characters[depth])) {
          node = trie.end[node];
        } else if (trie.end[node] - node >= LARGE && Free.of(path[depth]).covers(trie.below[node])) {
          addTokens(trie.first[node], trie.first[trie.end[node]]);
          node = trie.end[node];
        } else {
          node = step(node, depth);
        }
      }
    }

    private boolean isKnown(long below, int before) {
      return TokenTrie.isOf(below, known.characters())
          && (known.exact() || before + TokenTrie.characters(below) <= known.length());
    }

    /** Over the byte of a node; the node to go on with. */
    private int step(int node, int depth) {
      int b = trie.label[node] & 255;
      if (!goesOn(node, depth, b)) {
        if (path[depth].endsBefore(b)) {
          leave(node, path[depth]);
        }
        return trie.end[node];
      }
      characters[depth + 1] = characters[depth] + (Characters.begins(b) ? 1 : 0);
      if (strange == NEVER && (Characters.of(reading[depth], b) & ~known.characters()) != 0) {
        strange = depth;
      }
      reading[depth + 1] = Characters.after(reading[depth], b);
      if (strange != NEVER || characters[depth + 1] > known.length()) {
        addTokens(trie.first[node], trie.first[node + 1]);
      }
      return node + 1;
    }

    /** Whether a byte goes on; the state behind it is kept where there is a node below that goes on from it. */
    private boolean goesOn(int node, int depth, int b) {
      if (trie.end[node] == node + 1) {
        return path[depth].goesOn(b);
      }
      path[depth + 1] = path[depth].next(b);
      return path[depth + 1] != null;
    }
  }
}
