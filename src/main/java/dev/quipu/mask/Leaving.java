package dev.quipu.mask;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The tokens that leave the lexeme that a position is inside of. Hundreds have the same few endings, so that what follows
 * a lexeme is remembered as a table while it is looked at.
 */
final class Leaving {

  private final LexemeMask mask;
  private final TokenTrie trie;
  private final Position position;
  private final IntList ids;
  private final Map<Lexeme, Ending> endings = new IdentityHashMap<>();
  private final Ending[] path;
  private PositionWalk walk;

  Leaving(LexemeMask mask, Position position, IntList ids) {
    this.mask = mask;
    this.trie = mask.trie;
    this.position = position;
    this.ids = ids;
    this.path = new Ending[trie.maxDepth + 1];
  }

  void add() {
    Lexeme last = null;
    Ending ending = null;
    for (int i = 0; i < mask.leaving.length; i++) {
      Lexeme state = mask.states[i];
      if (state != last) {
        last = state;
        ending = endings.computeIfAbsent(state, any -> Ending.of(position.at(state)));
      }
      if (ending == Ending.NONE) {
        addByItself(mask.leaving[i], state);
      } else {
        addBelow(mask.leaving[i], state, ending);
      }
    }
  }

  /** What follows depends on the text so far. */
  private void addByItself(int node, Lexeme state) {
    byte[] way = trie.through(node);
    Position end = position.within(state, way, 0, trie.depth[node]);
    Position after = end.next(trie.label[node] & 255);
    if (after != null) {
      if (walk == null) {
        walk = new PositionWalk(trie, ids);
      }
      PositionWalk.addTokens(trie, node, ids);
      walk.below(node, after);
    }
  }

  private void addBelow(int top, Lexeme state, Ending ending) {
    int before = ids.count();
    path[trie.depth[top]] = ending;
    for (int node = top; node < trie.end[top]; ) {
      int depth = trie.depth[node];
      Ending after = path[depth].next(trie.label[node] & 255);
      if (after == Ending.NONE) {
        node = trie.end[node];
      } else if (!after.position.isKnown()) {
        ids.truncate(before);
        addByItself(top, state);
        return;
      } else {
        path[depth + 1] = after;
        PositionWalk.addTokens(trie, node, ids);
        node++;
      }
    }
  }

  /** A position whose successors are looked up once. */
  private static final class Ending {

    static final Ending NONE = new Ending(null);

    private final Position position;
    private final Ending[] next = new Ending[256];

    private Ending(Position position) {
      this.position = position;
    }

    static Ending of(Position position) {
      return position == null ? NONE : new Ending(position);
    }

    Ending next(int b) {
      Ending after = next[b];
      if (after == null) {
        after = of(position.next(b));
        next[b] = after;
      }
      return after;
    }
  }
}
