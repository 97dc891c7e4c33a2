package dev.quipu.mask;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The masks of one vocabulary: for a position exactly those tokens all of whose bytes lead on, and the tokens that end
 * a text where it is complete. Keeps the last masks, by position and by lexeme, up to a bound. Thread-safe.
 */
public final class Masks {

  private static final int POSITIONS = 64;
  private static final int LEXEME_BYTES = 16 << 20;

  private final TokenTrie trie;
  private final Slices slices;
  private final int[] ends;
  private final boolean[] isEnd;

  private final Map<Position, TokenMask> byPosition = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Position, TokenMask> eldest) {
      return size() > POSITIONS;
    }
  };

  private final Map<Lexeme, LexemeMask> byLexeme = new LinkedHashMap<>(16, 0.75f, true);
  private long lexemeBytes;

  /** @param ends the ids that end a text; they are that and no text, whatever their bytes are */
  public Masks(TokenTrie trie, int... ends) {
    this.trie = trie;
    this.slices = new Slices(trie);
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
    long[] bits;
    if (position.lexeme() == null) {
      bits = new long[(trie.size() + 63) >>> 6];
      new PositionWalk(trie, bits).from(position);
    } else {
      LexemeMask inside = inside(position.lexeme());
      bits = inside.bits(trie.size());
      new Leaving(inside, position, bits).add();
    }
    markEnds(position.complete(), bits);
    return new TokenMask(bits, trie.size());
  }

  private void markEnds(boolean complete, long[] bits) {
    for (int id : ends) {
      if (complete) {
        bits[id >>> 6] |= 1L << id;
      } else {
        bits[id >>> 6] &= ~(1L << id);
      }
    }
  }

  private LexemeMask inside(Lexeme lexeme) {
    synchronized (byLexeme) {
      LexemeMask known = byLexeme.get(lexeme);
      if (known != null) {
        return known;
      }
    }
    LexemeMask found = LexemeMask.of(lexeme, trie, slices);
    synchronized (byLexeme) {
      if (byLexeme.put(lexeme, found) == null) {
        lexemeBytes += found.size();
      }
      var eldest = byLexeme.values().iterator();
      while (lexemeBytes > LEXEME_BYTES) {
        lexemeBytes -= eldest.next().size();
        eldest.remove();
      }
    }
    return found;
  }
}
