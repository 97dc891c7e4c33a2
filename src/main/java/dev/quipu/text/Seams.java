package dev.quipu.text;

/**
 * The places where a word can be cut without changing its tokens: between two characters that no merge joins. A merge
 * across a border puts a token that ends with the one character before a token that starts with the other; where no
 * merge of the vocabulary does, both sides are encoded on their own. SentencePiece-style models, for which a whole text
 * is one word, become as fast as those that cut words first. A set with false positives only: at worst a border is
 * kept together.
 */
final class Seams {

  private static final int BITS = 1 << 22;
  private static final int BYTE = -1;

  private final long[] joined = new long[BITS / 64];

  /** The borders that the merges cross; null if merges also work on the tokens that stand for bytes. */
  static Seams of(Vocabulary vocabulary, Merges merges, int[] byteTokens) {
    int[] lasts = new int[vocabulary.maxId() + 1];
    int[] firsts = new int[vocabulary.maxId() + 1];
    for (int id = 0; id < lasts.length; id++) {
      lasts[id] = vocabulary.lastCodePoint(id);
      firsts[id] = vocabulary.firstCodePoint(id);
    }
    for (int token : byteTokens) {
      lasts[token] = firsts[token] = BYTE;
    }
    var seams = new Seams();
    boolean apart = true;
    for (int rank = 0; apart && rank < merges.size(); rank++) {
      apart = seams.join(lasts[merges.left(rank)], firsts[merges.right(rank)]);
    }
    return apart ? seams : null;
  }

  private boolean join(int lastOfLeft, int firstOfRight) {
    int bit = bit(lastOfLeft, firstOfRight);
    joined[bit >>> 6] |= 1L << bit;
    return lastOfLeft != BYTE && firstOfRight != BYTE;
  }

  /** Where the part that starts at {@code start} ends, at most at {@code end}. */
  int partEnd(String text, int start, int end) {
    int left = text.codePointAt(start);
    int at = start + Character.charCount(left);
    while (at < end) {
      int right = text.codePointAt(at);
      int bit = bit(left, right);
      if ((joined[bit >>> 6] >>> bit & 1) == 0) {
        return at;
      }
      left = right;
      at += Character.charCount(right);
    }
    return at;
  }

  private static int bit(int left, int right) {
    int hash = left * 0x9E3779B9 + right * 0x85EBCA6B;
    return (hash ^ hash >>> 15) & BITS - 1;
  }
}
