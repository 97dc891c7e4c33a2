package dev.quipu.generate;

import dev.quipu.mask.Mark;
import dev.quipu.mask.Masks;
import dev.quipu.mask.Position;
import dev.quipu.mask.TokenSpelling;
import dev.quipu.mask.TokenTrie;
import dev.quipu.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The tokens of a vocabulary that stand for text, as bytes: which may come, and how bytes are spelled in them. */
final class TextTokens {

  private static final int CONTEXT = 8; // tokens before, which a tokenizer may look at

  private final Tokenizer tokenizer;
  private final TokenTrie trie;
  private final Masks masks;
  private final TokenSpelling spelling;

  TextTokens(Tokenizer tokenizer) {
    this(tokenizer, false);
  }

  /** @param marks whether special tokens are there, too, as their marks */
  TextTokens(Tokenizer tokenizer, boolean marks) {
    this.tokenizer = tokenizer;
    this.trie = TokenTrie.of(marks ? withMarks(tokenizer) : tokenizer.textBytes());
    this.masks = new Masks(trie);
    this.spelling = new TokenSpelling(trie);
  }

  /** No other token has the byte that marks begin with. */
  private static byte[][] withMarks(Tokenizer tokenizer) {
    byte[][] all = tokenizer.textBytes();
    for (int id = 0; id < all.length; id++) {
      if (tokenizer.isSpecial(id)) {
        all[id] = Mark.bytes(id);
      } else if (all[id] != null && contains(all[id], Mark.LEAD)) {
        all[id] = null;
      }
    }
    return all;
  }

  private static boolean contains(byte[] bytes, byte wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }

  /** Whether a token stands for its {@link Mark}. */
  boolean isMark(int id) {
    byte[] bytes = trie.bytes(id);
    return bytes != null && bytes.length > 0 && bytes[0] == Mark.LEAD;
  }

  Masks masks() {
    return masks;
  }

  /**
   * The tokens of these bytes after those that are there, as the tokenizer makes them of the whole; where it would have
   * made other tokens of what is there, or of text in another place, the longest tokens.
   *
   * @return null if there are none
   */
  int[] spell(int[] written, int count, byte[] bytes) {
    int[] ids = asTokenized(written, count, bytes);
    return ids != null ? ids : spelling.longestFirst(bytes);
  }

  /**
   * The beginning of the tokens that the tokenizer makes of text that must follow: those that it makes whatever comes
   * then. A token that goes on beyond the text begins somewhere; what stands before it is tokenized as if the text ended
   * there, since pairs are merged on either side of a border only. So the tokens that all such texts begin with are
   * certain.
   *
   * @param after the position behind it
   */
  int[] certain(int[] written, int count, byte[] bytes, Position after) {
    int[] ids = asTokenized(written, count, bytes);
    int certain = ids == null ? 0 : ids.length;
    for (int end = spelling.firstThatGoesOn(bytes, 0, after); certain > 0 && end < bytes.length;
        end = spelling.firstThatGoesOn(bytes, end + 1, after)) {
      int[] shorter = asTokenized(written, count, Arrays.copyOf(bytes, startOfCharacter(bytes, end)));
      certain = shorter == null ? 0 : Math.min(certain, common(ids, shorter));
    }
    return certain == 0 ? new int[0] : Arrays.copyOf(ids, certain);
  }

  private static int startOfCharacter(byte[] bytes, int at) {
    int start = at;
    while (start > 0 && (bytes[start] & 0xC0) == 0x80) {
      start--;
    }
    return start;
  }

  private static int common(int[] a, int[] b) {
    int differs = Arrays.mismatch(a, b);
    return differs < 0 ? a.length : differs;
  }

  /** Null if the tokenizer does not make the tokens that are there of their text. */
  private int[] asTokenized(int[] written, int count, byte[] bytes) {
    int context = Math.min(CONTEXT, count);
    int[] ids = asTokenized(Arrays.copyOfRange(written, count - context, count), bytes);
    while (ids == null && context > 0) {
      context /= 2;
      ids = asTokenized(Arrays.copyOfRange(written, count - context, count), bytes);
    }
    return ids;
  }

  private int[] asTokenized(int[] context, byte[] bytes) {
    String text = text(concatenated(context), bytes);
    if (text == null) {
      return null;
    }
    int[] all = tokenizer.encode(text, false);
    if (all.length < context.length || !Arrays.equals(all, 0, context.length, context, 0, context.length)) {
      return null;
    }
    int[] ids = Arrays.copyOfRange(all, context.length, all.length);
    return Arrays.equals(concatenated(ids), bytes) ? ids : null;
  }

  /** Null if it is not UTF-8. */
  private static String text(byte[] first, byte[] second) {
    if (first == null) {
      return null;
    }
    ByteBuffer both = ByteBuffer.allocate(first.length + second.length).put(first).put(second).flip();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(both).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Null if one is no text. */
  private byte[] concatenated(int[] ids) {
    int length = 0;
    for (int id : ids) {
      if (trie.bytes(id) == null) {
        return null;
      }
      length += trie.bytes(id).length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (int id : ids) {
      all.put(trie.bytes(id));
    }
    return all.array();
  }
}
