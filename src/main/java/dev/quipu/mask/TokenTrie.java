package dev.quipu.mask;

import java.util.Arrays;

/**
 * The tokens of a vocabulary as one tree of bytes, its nodes in depth-first order: a node is followed by its first
 * child, and knows where its subtree ends. Since that is the order of the tokens' bytes, too, the tokens of a subtree
 * stand side by side in {@link #order}. Built once a tokenizer. Knows no position.
 */
public final class TokenTrie {

  private final byte[][] tokens;

  /** The ids in the order of their tokens' bytes. */
  final int[] order;

  /** For each node and one more: how many tokens come before it, so that its own are up to those of the next. */
  int[] first;

  /** The last byte of each node. */
  byte[] label;

  /** How many bytes come before a node's own. */
  short[] depth;

  /** The node after a node's subtree. */
  int[] end;

  int nodes;

  private TokenTrie(byte[][] tokens) {
    this.tokens = tokens;
    this.order = new ByteOrder(tokens).sorted();
    build();
  }

  /** @param tokens the bytes of each id; null or none for ids that are no text: special tokens and holes */
  public static TokenTrie of(byte[][] tokens) {
    return new TokenTrie(tokens.clone());
  }

  /** How many ids there are, holes included. */
  public int size() {
    return tokens.length;
  }

  /** The bytes of a token; null or none if it is no text. Not to be changed. */
  public byte[] bytes(int id) {
    return id < 0 || id >= tokens.length ? null : tokens[id];
  }

  int maxDepth() {
    int max = 0;
    for (int id : order) {
      max = Math.max(max, tokens[id].length);
    }
    return max;
  }

  private void build() {
    int count = countNodes();
    label = new byte[count];
    depth = new short[count];
    end = new int[count];
    first = new int[count + 1];
    int[] path = new int[maxDepth() + 1];
    byte[] previous = {};
    for (int rank = 0; rank < order.length; rank++) {
      byte[] token = tokens[order[rank]];
      int shared = shared(previous, token);
      for (int d = previous.length - 1; d >= shared; d--) {
        end[path[d]] = nodes;
      }
      for (int d = shared; d < token.length; d++) {
        path[d] = nodes;
        label[nodes] = token[d];
        depth[nodes] = (short) d;
        first[nodes++] = rank;
      }
      previous = token;
    }
    for (int d = previous.length - 1; d >= 0; d--) {
      end[path[d]] = nodes;
    }
    first[nodes] = order.length;
  }

  private int countNodes() {
    int count = 0;
    byte[] previous = {};
    for (int id : order) {
      count += tokens[id].length - shared(previous, tokens[id]);
      previous = tokens[id];
    }
    return count;
  }

  private static int shared(byte[] a, byte[] b) {
    int differs = Arrays.mismatch(a, b);
    return differs < 0 ? a.length : differs;
  }
}
