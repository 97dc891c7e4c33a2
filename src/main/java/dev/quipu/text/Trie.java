package dev.quipu.text;

import java.util.Arrays;

/** A set of strings with ids that finds the leftmost, and there the longest, of them in a text. Knows no tokens. */
final class Trie {

  private static final int NO_ID = -1;

  /** Parent node + 1 above, char below; 0 is free. */
  private long[] edges = new long[256];
  private int[] children = new int[256];
  private int[] ids = {NO_ID};
  private int nodes = 1;
  /** The chars that some string starts with. */
  private final long[] firsts = new long[(Character.MAX_VALUE + 1) / 64];

  /** Adds a string; the empty one is never found. */
  void add(String string, int id) {
    if (string.isEmpty()) {
      return;
    }
    firsts[string.charAt(0) >>> 6] |= 1L << string.charAt(0);
    int node = 0;
    for (int i = 0; i < string.length(); i++) {
      node = childOrNew(node, string.charAt(i));
    }
    ids[node] = id;
  }

  boolean isEmpty() {
    return nodes == 1;
  }

  Cursor cursor(String text) {
    return new Cursor(text);
  }

  /** Walks over the matches in one text, which do not overlap. */
  final class Cursor {
    private final String text;
    private int start;
    private int end;
    private int id;

    private Cursor(String text) {
      this.text = text;
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }

    int id() {
      return id;
    }

    boolean next() {
      if (isEmpty()) {
        return false;
      }
      for (start = end; start < text.length(); start++) {
        char c = text.charAt(start);
        if ((firsts[c >>> 6] >>> c & 1) != 0 && longest()) {
          return true;
        }
      }
      return false;
    }

    private boolean longest() {
      id = NO_ID;
      int node = 0;
      for (int i = start; i < text.length(); i++) {
        node = child(node, text.charAt(i));
        if (node == 0) {
          break;
        }
        if (ids[node] != NO_ID) {
          id = ids[node];
          end = i + 1;
        }
      }
      return id != NO_ID;
    }
  }

  private int childOrNew(int node, char c) {
    int child = child(node, c);
    if (child != 0) {
      return child;
    }
    if (nodes * 2 > edges.length) {
      grow();
    }
    if (nodes == ids.length) {
      ids = Arrays.copyOf(ids, nodes * 2);
    }
    ids[nodes] = NO_ID;
    put(edge(node, c), nodes);
    return nodes++;
  }

  /** The node below, or 0. */
  private int child(int node, char c) {
    long edge = edge(node, c);
    int slot = slot(edge);
    while (edges[slot] != edge && edges[slot] != 0) {
      slot = slot + 1 & edges.length - 1;
    }
    return edges[slot] == 0 ? 0 : children[slot];
  }

  private void put(long edge, int child) {
    int slot = slot(edge);
    while (edges[slot] != 0) {
      slot = slot + 1 & edges.length - 1;
    }
    edges[slot] = edge;
    children[slot] = child;
  }

  private void grow() {
    long[] oldEdges = edges;
    int[] oldChildren = children;
    edges = new long[oldEdges.length * 2];
    children = new int[oldEdges.length * 2];
    for (int i = 0; i < oldEdges.length; i++) {
      if (oldEdges[i] != 0) {
        put(oldEdges[i], oldChildren[i]);
      }
    }
  }

  private static long edge(int node, char c) {
    return node + 1L << 16 | c;
  }

  private int slot(long edge) {
    long mixed = edge * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & edges.length - 1;
  }
}
