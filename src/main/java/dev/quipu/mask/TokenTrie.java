package dev.quipu.mask;

import dev.quipu.QuipuException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary as one tree of bytes, its nodes in depth-first order: a node is followed by its first
 * child, and knows where its subtree ends. Since that is the order of the tokens' bytes, too, the tokens of a subtree
 * stand side by side in {@link #order}. Built once a tokenizer. Knows no position.
 */
public final class TokenTrie {

  private static final int LONGEST = Short.MAX_VALUE;
  private static final int MOST_CHARACTERS = 255;
  private static final int CHARACTERS_SHIFT = 48;

  private final byte[][] tokens;

  /** The ids in the order of their tokens' bytes. */
  final int[] order;

  final int nodes;
  final int maxDepth;

  /** The last byte of each node. */
  final byte[] label;

  /** How many bytes come before a node's own. */
  final short[] depth;

  /** The node after a node's subtree. */
  final int[] end;

  /** For each node and one more: how many tokens come before it, so that its own are up to those of the next. */
  final int[] first;

  /** What a node's byte and those of its subtree are: classes of characters, and the most characters of a path. */
  final long[] below;

  private TokenTrie(byte[][] tokens, int[] order) {
    this.tokens = tokens;
    this.order = order;
    int count = 0;
    int longest = 0;
    byte[] previous = {};
    for (int id : order) {
      count += tokens[id].length - shared(previous, tokens[id]);
      longest = Math.max(longest, tokens[id].length);
      previous = tokens[id];
    }
    nodes = count;
    maxDepth = longest;
    label = new byte[count];
    depth = new short[count];
    end = new int[count];
    first = new int[count + 1];
    below = new long[count];
    new Builder().build();
  }

  /** @param tokens the bytes of each id; null or none for ids that are no text: special tokens and holes */
  public static TokenTrie of(byte[][] tokens) {
    for (byte[] token : tokens) {
      if (token != null && token.length > LONGEST) {
        throw new QuipuException("a token of " + token.length + " bytes is longer than " + LONGEST);
      }
    }
    byte[][] copy = tokens.clone();
    return new TokenTrie(copy, ByteOrder.of(copy));
  }

  /** The same vocabulary with some of its tokens only, which are given in the order of their bytes. */
  TokenTrie with(int[] some) {
    return new TokenTrie(tokens, some);
  }

  /** The same vocabulary without some of its tokens. */
  TokenTrie without(int... ids) {
    Set<Integer> left = IntStream.of(ids).boxed().collect(Collectors.toSet());
    int[] others = IntStream.of(order).filter(id -> !left.contains(id)).toArray();
    return others.length == order.length ? this : with(others);
  }

  /** How many ids there are, holes included. */
  public int size() {
    return tokens.length;
  }

  /** The bytes of a token; null or none if it is no text. Not to be changed. */
  public byte[] bytes(int id) {
    return id < 0 || id >= tokens.length ? null : tokens[id];
  }

  /** The bytes of a token that passes through a node: as many as its depth and one more are the way to the node. */
  byte[] through(int node) {
    return tokens[order[first[node]]];
  }

  /** Whether all characters are of some classes. */
  static boolean isOf(long below, long classes) {
    return (below & (Characters.ALL | Characters.BROKEN) & ~classes) == 0;
  }

  static int characters(long below) {
    return (int) (below >>> CHARACTERS_SHIFT);
  }

  /** What a token is made of, as {@link #below} has it. */
  static long kind(byte[] token) {
    long kind = 0;
    int reading = 0;
    for (byte b : token) {
      kind = with(kind | Characters.of(reading, b & 255), characters(kind) + (Characters.begins(b) ? 1 : 0));
      reading = Characters.after(reading, b & 255);
    }
    return kind;
  }

  private static long with(long below, int characters) {
    return below & (1L << CHARACTERS_SHIFT) - 1 | (long) Math.min(characters, MOST_CHARACTERS) << CHARACTERS_SHIFT;
  }

  private static int shared(byte[] a, byte[] b) {
    int differs = Arrays.mismatch(a, b);
    return differs < 0 ? a.length : differs;
  }

  /** Adds the tokens one after the other; a node is left when a token does not pass through it. */
  private final class Builder {

    private final int[] path = new int[maxDepth + 1];
    private final int[] reading = new int[maxDepth + 1];
    private int node;
    private int length;

    void build() {
      for (int rank = 0; rank < order.length; rank++) {
        byte[] token = tokens[order[rank]];
        int shared = rank == 0 ? 0 : shared(tokens[order[rank - 1]], token);
        leave(shared);
        for (; length < token.length; length++) {
          enter(token[length] & 255, rank);
        }
      }
      leave(0);
      first[node] = order.length;
    }

    private void enter(int b, int rank) {
      path[length] = node;
      label[node] = (byte) b;
      depth[node] = (short) length;
      first[node] = rank;
      below[node] = Characters.of(reading[length], b);
      reading[length + 1] = Characters.after(reading[length], b);
      node++;
    }

    private void leave(int toLength) {
      while (length > toLength) {
        int left = path[--length];
        end[left] = node;
        if (Characters.begins(label[left])) {
          below[left] = with(below[left], characters(below[left]) + 1);
        }
        if (length > 0) {
          int parent = path[length - 1];
          int most = Math.max(characters(below[parent]), characters(below[left]));
          below[parent] = with(below[parent] | below[left], most);
        }
      }
    }
  }
}
