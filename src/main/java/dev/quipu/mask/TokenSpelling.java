package dev.quipu.mask;

import java.util.Arrays;

/** How bytes can be spelled in the tokens of a vocabulary. Knows nothing of how a tokenizer does it. */
public final class TokenSpelling {

  private final TokenTrie trie;

  public TokenSpelling(TokenTrie trie) {
    this.trie = trie;
  }

  /**
   * The longest tokens one after the other.
   *
   * @return null if no token begins so
   */
  public int[] longestFirst(byte[] bytes) {
    int[] ids = new int[bytes.length];
    int count = 0;
    for (int from = 0; from < bytes.length; from += trie.bytes(ids[count++]).length) {
      ids[count] = longest(bytes, from);
      if (ids[count] < 0) {
        return null;
      }
    }
    return Arrays.copyOf(ids, count);
  }

  private int longest(byte[] bytes, int from) {
    int longest = -1;
    int node = -1;
    for (int at = from; at < bytes.length; at++) {
      node = child(node, bytes[at]);
      if (node < 0) {
        break;
      }
      if (trie.first[node] < trie.first[node + 1]) {
        longest = trie.order[trie.first[node]];
      }
    }
    return longest;
  }

  /**
   * The first byte, of those from one on, at which a token may begin that goes on beyond the end of these bytes; their
   * length if there is none.
   *
   * @param after the position behind the bytes: what it does not allow to follow does not count
   */
  public int firstThatGoesOn(byte[] bytes, int from, Position after) {
    int first = Math.max(from, bytes.length - trie.maxDepth);
    while (first < bytes.length && !goesOn(bytes, first, after)) {
      first++;
    }
    return first;
  }

  private boolean goesOn(byte[] bytes, int from, Position after) {
    int node = -1;
    for (int at = from; at < bytes.length; at++) {
      node = child(node, bytes[at]);
      if (node < 0) {
        return false;
      }
    }
    for (int child = node + 1; child < trie.end[node]; child = trie.end[child]) {
      if (after.next(trie.label[child] & 255) != null) {
        return true;
      }
    }
    return false;
  }

  /** @param node -1 for the root */
  private int child(int node, byte label) {
    int end = node < 0 ? trie.nodes : trie.end[node];
    for (int child = node + 1; child < end; child = trie.end[child]) {
      if (trie.label[child] == label) {
        return child;
      }
    }
    return -1;
  }
}
