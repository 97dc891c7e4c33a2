package dev.quipu.mask;

/** Once through the trie by positions; inside of a lexeme by its states, so that positions are asked at its end only. */
final class PositionWalk {

  private final TokenTrie trie;
  private final IntList ids;

  /** For each depth the position there, or where the lexeme was entered that the way is inside of. */
  private final Position[] path;
  private final Lexeme[] lexemes;
  private final int[] entered;
  private final byte[] way;

  PositionWalk(TokenTrie trie, IntList ids) {
    this.trie = trie;
    this.ids = ids;
    this.path = new Position[trie.maxDepth + 1];
    this.lexemes = new Lexeme[trie.maxDepth + 1];
    this.entered = new int[trie.maxDepth + 1];
    this.way = new byte[trie.maxDepth];
  }

  void from(Position position) {
    walk(position, 0, trie.nodes, 0);
  }

  /** The children of a node, for the position after its byte. */
  void below(int node, Position position) {
    walk(position, node + 1, trie.end[node], trie.depth[node] + 1);
  }

  private void walk(Position position, int from, int to, int length) {
    arrive(length, position);
    for (int node = from; node < to; ) {
      node = step(node, trie.depth[node]);
    }
  }

  private int step(int node, int depth) {
    int b = trie.label[node] & 255;
    Lexeme lexeme = lexemes[depth];
    Lexeme inside = lexeme == null ? null : lexeme.next(b);
    way[depth] = (byte) b;
    if (inside != null) {
      path[depth + 1] = path[depth];
      lexemes[depth + 1] = inside;
      entered[depth + 1] = entered[depth];
    } else {
      Position after = after(b, depth);
      if (after == null) {
        return trie.end[node];
      }
      arrive(depth + 1, after);
    }
    addTokens(trie, node, ids);
    return node + 1;
  }

  private Position after(int b, int depth) {
    Lexeme lexeme = lexemes[depth];
    if (lexeme == null) {
      return path[depth].next(b);
    }
    return lexeme.endsBefore(b) ? path[depth].within(lexeme, way, entered[depth], depth).next(b) : null;
  }

  private void arrive(int depth, Position position) {
    path[depth] = position;
    lexemes[depth] = position.lexeme();
    entered[depth] = depth;
  }

  static void addTokens(TokenTrie trie, int node, IntList ids) {
    ids.add(trie.order, trie.first[node], trie.first[node + 1]);
  }
}
