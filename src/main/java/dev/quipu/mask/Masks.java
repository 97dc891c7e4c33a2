package dev.quipu.mask;

/**
 * The masks of one vocabulary: for a position exactly those tokens all of whose bytes lead on, and the tokens that end
 * a text where it is complete. Thread-safe.
 */
public final class Masks {

  private final TokenTrie trie;
  private final int[] ends;
  private final boolean[] isEnd;

  /** @param ends the ids that end a text; they are that and no text, whatever their bytes are */
  public Masks(TokenTrie trie, int... ends) {
    this.trie = trie;
    this.ends = ends.clone();
    this.isEnd = new boolean[trie.size()];
    for (int id : ends) {
      isEnd[id] = true;
    }
  }

  /** The tokens that may come next. */
  public TokenMask mask(Position position) {
    long[] bits = new long[(trie.size() + 63) >>> 6];
    walk(position, bits);
    for (int id : ends) {
      if (position.complete()) {
        bits[id >>> 6] |= 1L << id;
      } else {
        bits[id >>> 6] &= ~(1L << id);
      }
    }
    return new TokenMask(bits, trie.size());
  }

  /** The position after a token; null if the mask does not allow it, or if it ends the text. */
  public Position advance(Position position, int token) {
    byte[] bytes = trie.bytes(token);
    if (bytes == null || bytes.length == 0 || isEnd[token]) {
      return null;
    }
    Position after = position;
    for (int i = 0; i < bytes.length && after != null; i++) {
      after = after.next(bytes[i] & 255);
    }
    return after;
  }

  private void walk(Position position, long[] bits) {
    Position[] path = new Position[trie.maxDepth() + 1];
    path[0] = position;
    for (int node = 0; node < trie.nodes; ) {
      int depth = trie.depth[node];
      Position after = path[depth].next(trie.label[node] & 255);
      if (after == null) {
        node = trie.end[node];
      } else {
        path[depth + 1] = after;
        for (int rank = trie.first[node]; rank < trie.first[node + 1]; rank++) {
          int id = trie.order[rank];
          bits[id >>> 6] |= 1L << id;
        }
        node++;
      }
    }
  }
}
