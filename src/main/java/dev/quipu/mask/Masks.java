package dev.quipu.mask;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The masks of one vocabulary: for a position exactly those tokens all of whose bytes lead on, and the tokens that end
 * a text where it is complete. Keeps the last masks, by position and by lexeme, up to a bound. Thread-safe.
 */
public final class Masks {

  private static final int POSITIONS = 64;
  private static final int LEXEMES = 8192;
  private static final long LEXEME_BYTES = 16 << 20;

  private final TokenTrie trie;
  private final Slices slices;
  private final TokenMask none;
  private final int[] ends;
  private final boolean[] isEnd;

  private final Map<Position, TokenMask> byPosition = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Position, TokenMask> eldest) {
      return size() > POSITIONS;
    }
  };

  private final KeptMasks kept = new KeptMasks(LEXEMES, LEXEME_BYTES);

  /** @param ends the ids that end a text; they are that and no text, whatever their bytes are */
  public Masks(TokenTrie trie, int... ends) {
    this.trie = trie.without(ends);
    this.slices = new Slices(this.trie);
    this.none = new TokenMask(trie.size());
    this.ends = ends.clone();
    this.isEnd = new boolean[trie.size()];
    for (int id : ends) {
      isEnd[id] = true;
    }
  }

  /** The tokens that may come next. Positions that are equal have the same mask. */
  public TokenMask mask(Position position) {
    synchronized (byPosition) {
      TokenMask known = byPosition.get(position);
      if (known != null) {
        return known;
      }
    }
    TokenMask mask = compute(position);
    synchronized (byPosition) {
      byPosition.put(position, mask);
    }
    return mask;
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

  TokenMask compute(Position position) {
    var ids = new IntList();
    TokenMask inside = none;
    if (position.lexeme() == null) {
      new PositionWalk(trie, ids).from(position);
    } else {
      LexemeMask mask = inside(position.lexeme());
      new Leaving(mask, position, ids).add();
      inside = mask.tokens;
    }
    if (position.complete()) {
      ids.add(ends, 0, ends.length);
    }
    return inside.plus(ids);
  }

  private LexemeMask inside(Lexeme lexeme) {
    LexemeMask known = lexeme.mask;
    if (known != null && known.isOf(slices)) {
      return known;
    }
    LexemeMask found = LexemeMask.of(lexeme, trie, slices);
    kept.keep(lexeme, found);
    return found;
  }
}
