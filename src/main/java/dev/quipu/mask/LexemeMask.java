package dev.quipu.mask;

import java.util.ArrayList;
import java.util.List;

/**
 * What a state of a lexeme says of every token, whatever surrounds it: those that stay inside, and those nodes of a
 * trie at which the lexeme may end, where the position has to be asked.
 */
final class LexemeMask {

  /** The tokens that stay inside. */
  final TokenMask tokens;

  /** The trie of {@link #leaving}. */
  final TokenTrie trie;

  /** Nodes whose byte is the first behind the lexeme; and the states that the way to them led to. */
  final int[] leaving;
  final Lexeme[] states;

  /** About how many bytes this keeps alive that nothing else does. */
  final int size;

  private final Slices slices;

  private LexemeMask(Lexeme lexeme, Slices slices, TokenTrie trie, Free known, long[] base) {
    this.slices = slices;
    this.trie = trie;
    var walk = new Walk(known);
    walk.from(lexeme);
    tokens = new TokenMask(base, trie.size()).plus(walk.inside);
    leaving = walk.leaving.toArray();
    states = walk.states.toArray(Lexeme[]::new);
    size = tokens.sizeBeside(base) + 8 * leaving.length + 100;
  }

  static LexemeMask of(Lexeme lexeme, TokenTrie trie, Slices slices) {
    Free free = Free.of(lexeme);
    if (!free.isWide()) {
      return new LexemeMask(lexeme, slices, trie, Free.NOTHING, null);
    }
    Slices.Slice slice = slices.of(free.characters());
    boolean whole = free.exact() || free.length() >= Free.FAR || !slice.exceeds(free.length());
    TokenTrie others = whole ? slice.others(lexeme.isQuoted()) : null;
    return new LexemeMask(lexeme, slices, others == null ? trie : others, free, slice.bits(free.length()));
  }

  /** Whether it is of the vocabulary of these slices. */
  boolean isOf(Slices vocabulary) {
    return slices == vocabulary;
  }

  /** Once through the trie, past the subtrees whose tokens are all known. */
  private final class Walk {

    /** From so many nodes on it is worth while to ask a state what is free. */
    private static final int LARGE = 100;

    /** The tokens that stay inside, but for those that are in the base. */
    private final IntList inside = new IntList();

    private final IntList leaving = new IntList();
    private final List<Lexeme> states = new ArrayList<>();

    private final Lexeme[] path = new Lexeme[trie.maxDepth + 1];
    private final int[] reading = new int[trie.maxDepth + 1];

    /**
     * What was free at a state on the way, null if it was not asked; whether tokens of it are in the base; and how many
     * characters ago that was.
     */
    private final Free[] free = new Free[trie.maxDepth + 1];
    private final boolean[] inBase = new boolean[trie.maxDepth + 1];
    private final int[] characters = new int[trie.maxDepth + 1];

    /** @param known tokens of these are in the base */
    Walk(Free known) {
      free[0] = known;
      inBase[0] = true;
    }

    void from(Lexeme lexeme) {
      path[0] = lexeme;
      for (int node = 0; node < trie.nodes; ) {
        int depth = trie.depth[node];
        if (free[depth] == null && trie.end[node] - node >= LARGE) {
          free[depth] = Free.of(path[depth]);
        }
        if (!isFree(depth, trie.below[node])) {
          node = step(node, depth);
        } else {
          if (!inBase[depth]) {
            inside.add(trie.order, trie.first[node], trie.first[trie.end[node]]);
          }
          node = trie.end[node];
        }
      }
    }

    /** Whether all tokens of a subtree are among what is free, or too long for that and nothing else. */
    private boolean isFree(int depth, long below) {
      Free here = free[depth];
      return here != null && TokenTrie.isOf(below, here.characters())
          && (inBase[depth] && here.exact() || characters[depth] + TokenTrie.characters(below) <= here.length());
    }

    /** Over the byte of a node; the node to go on with. */
    private int step(int node, int depth) {
      int b = trie.label[node] & 255;
      if (!goesOn(node, depth, b)) {
        if (path[depth].endsBefore(b)) {
          leaving.add(node);
          states.add(path[depth]);
        }
        return trie.end[node];
      }
      long character = Characters.of(reading[depth], b);
      reading[depth + 1] = Characters.after(reading[depth], b);
      boolean further = free[depth] != null && (character & ~free[depth].characters()) == 0;
      inBase[depth + 1] = further && inBase[depth];
      characters[depth + 1] = further ? characters[depth] + (Characters.begins(b) ? 1 : 0) : 0;
      free[depth + 1] = further ? free[depth] : Characters.isBorder(reading[depth + 1]) ? null : Free.NOTHING;
      if (!inBase[depth + 1] || characters[depth + 1] > free[depth + 1].length()) {
        inside.add(trie.order, trie.first[node], trie.first[node + 1]);
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
