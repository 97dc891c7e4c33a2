package dev.quipu.generate;

import dev.quipu.model.SequenceCache;
import dev.quipu.tensor.KvCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the model has computed of earlier prompts and answers, so that a text that begins like one of them costs only
 * what is new: a tree, a node for each {@value KvCache#BLOCK} tokens, that of the next tokens below it. Texts that
 * begin alike share nodes, and a text can be taken up at any of its tokens, by models with sliding windows, too. Where
 * memory runs short, ends that were not used for the longest time go first. Thread-safe.
 *
 * <p>Tokens that were generated have other numbers, in the last bits, than the same tokens in a prompt, and so has all
 * that follows them: a node says which of its tokens were generated, and texts that differ in that lie apart. So do
 * texts whose keys and values are packed, from some position on, and those that are not yet. The rows of images have no
 * tokens: each view has a number in their place.
 */
final class PromptCache {

  private static final int BLOCK = KvCache.BLOCK;

  private final Supplier<SequenceCache> newCache;
  private final long blockBytes;
  private final long budget;
  private final int packedFrom; // length
  private final Node floats = new Node(null, new int[0], new BitSet(), null);
  private final Node packed = new Node(null, new int[0], new BitSet(), null);
  private final Set<Lease> leases = new HashSet<>();
  private int nodes;
  private long clock;

  /** @param budget bytes that nodes and sequences in use may take together */
  PromptCache(Supplier<SequenceCache> newCache, long budget) {
    this.newCache = newCache;
    this.packedFrom = newCache.get().packedFrom();
    this.blockBytes = newCache.get().blockBytes();
    this.budget = budget;
  }

  /** Some tokens that follow those of the parent. Only a full node has children. */
  private static final class Node {

    final Node parent;
    final int[] tokens;
    final BitSet generated; // which of them
    final SequenceCache.Block block;
    final List<Node> children = new ArrayList<>();
    int users; // sequences that go on from here or below
    long lastUsed;

    Node(Node parent, int[] tokens, BitSet generated, SequenceCache.Block block) {
      this.parent = parent;
      this.tokens = tokens;
      this.generated = generated;
      this.block = block;
    }

    /** How many tokens from {@code from} on, and before {@code to}, are the node's first. */
    int common(int[] text, int from, int to) {
      int length = Math.min(tokens.length, to - from);
      int differs = Arrays.mismatch(tokens, 0, length, text, from, from + length);
      return differs < 0 ? length : differs;
    }
  }

  /** Bytes of the keys and values of {@value KvCache#BLOCK} tokens. */
  long blockBytes() {
    return blockBytes;
  }

  /** The most positions that a sequence can have. */
  int capacity() {
    return (int) Math.min(Integer.MAX_VALUE, budget / blockBytes * BLOCK);
  }

  /** Whether a sequence of so many positions has room beside those in use. */
  synchronized boolean hasRoom(int positions) {
    return leases.isEmpty() || inUse() + blocks(positions) * blockBytes <= budget;
  }

  /**
   * A cache that holds a beginning of the prompt, as long as is to be had, but never all of it: the last token must be
   * computed for its logits.
   *
   * @param most positions that it will have in the end
   */
  Lease lease(int[] prompt, int most) {
    return lease(prompt, PromptImages.NONE, most);
  }

  /** As above, of a prompt with images: what was computed of others is not its beginning. */
  synchronized Lease lease(int[] prompt, PromptImages images, int most) {
    Match match = longest(images.isEmpty() ? prompt : images.mark(prompt.clone(), 0));
    Lease lease = new Lease(newCache.get(), blocks(most), true, images);
    lease.begin(match);
    leases.add(lease);
    makeRoom(0);
    return lease;
  }

  /**
   * A cache that is filled with a beginning of the prompt from elsewhere, unless as much is in the tree.
   *
   * @param length of the beginning
   * @param known  whether its tokens are: else what comes of it is not kept
   */
  Lease lease(int[] prompt, int length, boolean known, int most, Consumer<SequenceCache> filling) {
    synchronized (this) {
      if (known && longest(prompt).length >= length) {
        return lease(prompt, most);
      }
    }
    Lease lease = new Lease(newCache.get(), blocks(most), known, PromptImages.NONE);
    filling.accept(lease.cache);
    lease.cached = length;
    synchronized (this) {
      lease.inPacked = lease.cache.packed();
      lease.node = lease.inPacked ? packed : floats;
      use(lease.node, 1);
      leases.add(lease);
      makeRoom(0);
    }
    return lease;
  }

  /** A node and how many of its tokens are meant. */
  private record Match(Node node, int tokens, int length) {}

  private Match longest(int[] prompt) {
    Match match = longest(packed, prompt, 0, prompt.length - 1);
    return match.length >= packedFrom
        ? match : longest(floats, prompt, 0, Math.min(prompt.length - 1, packedFrom));
  }

  /** The longest way down from a node that the text goes along, up to {@code to}. */
  private static Match longest(Node node, int[] text, int from, int to) {
    Match best = new Match(node, node.tokens.length, from);
    for (Node child : node.children) {
      int common = child.common(text, from, to);
      Match match = common < BLOCK ? new Match(child, common, from + common) : longest(child, text, from + BLOCK, to);
      if (common > 0 && match.length > best.length) {
        best = match;
      }
    }
    return best;
  }

  private static List<Node> way(Node node) {
    List<Node> way = new ArrayList<>();
    for (Node n = node; n.parent != null; n = n.parent) {
      way.addFirst(n);
    }
    return way;
  }

  private static Node root(Node node) {
    return node.parent == null ? node : root(node.parent);
  }

  private static int blocks(int positions) {
    return Math.ceilDiv(positions, BLOCK);
  }

  private long inUse() {
    return leases.stream().mapToLong(Lease::promised).sum() * blockBytes;
  }

  /** Lets go of what was not used for the longest time until the rest, and so many bytes more, have room. */
  private boolean makeRoom(long more) {
    while (bytes() + more > budget) {
      Node oldest = older(oldestEnd(floats), oldestEnd(packed));
      if (oldest == null) {
        return false;
      }
      remove(oldest);
    }
    return true;
  }

  /** Of nodes, and of what sequences in use have or will have beside them. */
  private long bytes() {
    return (nodes + leases.stream().mapToLong(Lease::own).sum()) * blockBytes;
  }

  private static Node oldestEnd(Node node) {
    if (node.children.isEmpty()) {
      return node.users == 0 && node.parent != null ? node : null;
    }
    Node oldest = null;
    for (Node child : node.children) {
      oldest = older(oldest, oldestEnd(child));
    }
    return oldest;
  }

  private static Node older(Node a, Node b) {
    return a == null || b != null && b.lastUsed < a.lastUsed ? b : a;
  }

  private void remove(Node node) {
    node.parent.children.remove(node);
    nodes--;
  }

  private void use(Node node, int users) {
    clock++;
    for (Node n = node; n != null; n = n.parent) {
      n.users += users;
      n.lastUsed = clock;
    }
  }

  /**
   * A sequence in use. What it computes becomes part of the tree block by block, and the rest at the end. Belongs to
   * one thread.
   */
  final class Lease {

    private final SequenceCache cache;
    private final int promised; // blocks
    private final boolean known; // whether its tokens are
    private final PromptImages images;
    private final BitSet generated = new BitSet(); // which of its positions
    private Node node; // up to which its blocks are in the tree
    private int inTree; // blocks
    private boolean inPacked; // which tree
    private List<SequenceCache.Block> unpacked = List.of(); // what it had in the other one
    private int cached;

    private Lease(SequenceCache cache, int promised, boolean known, PromptImages images) {
      this.cache = cache;
      this.promised = promised;
      this.known = known;
      this.images = images;
    }

    SequenceCache cache() {
      return cache;
    }

    /** Positions that it had from the beginning. */
    int cached() {
      return cached;
    }

    /** Which positions were computed as generated ones; changed as it is told. */
    BitSet generated() {
      return generated;
    }

    private int promised() {
      return promised;
    }

    private int own() {
      return Math.max(0, promised - inTree);
    }

    private void begin(Match match) {
      List<Node> way = way(match.node);
      inPacked = root(match.node) == packed;
      cache.adopt(way.stream().map(n -> n.block).toList(), match.length);
      for (int b = 0; b < way.size(); b++) {
        int first = b * BLOCK;
        way.get(b).generated.stream().filter(i -> first + i < match.length).forEach(i -> generated.set(first + i));
      }
      cached = match.length;
      inTree = match.length / BLOCK;
      node = match.tokens == BLOCK || match.node.parent == null ? match.node : match.node.parent;
      match.node.lastUsed = clock + 1;
      use(node, 1);
    }

    /** Makes the blocks that are full part of the tree, where there is room. */
    void grow(int[] tokens) {
      if (known && (cache.packed() != inPacked || (inTree + 1) * BLOCK <= cache.length())) {
        synchronized (PromptCache.this) {
          changeTrees();
          while ((inTree + 1) * BLOCK <= cache.length() && attach(tokens, BLOCK)) {
            inTree++;
          }
        }
      }
    }

    /** Gives the cache back, once; its tokens are the first of {@code tokens}. */
    void close(int[] tokens) {
      synchronized (PromptCache.this) {
        if (!leases.contains(this)) {
          return;
        }
        grow(tokens);
        int rest = cache.length() - inTree * BLOCK;
        if (known && rest > 0 && rest < BLOCK) {
          attach(tokens, rest);
        }
        abandon();
      }
    }

    /** Begins anew in the other tree once all that was computed before has been packed. */
    private void changeTrees() {
      if (cache.packed() && !inPacked) {
        inPacked = true;
        unpacked = way(node).stream().map(n -> n.block).toList();
        inTree = 0;
        step(packed);
      }
    }

    /** Ends the use of a cache that is not whole. */
    void abandon() {
      synchronized (PromptCache.this) {
        if (leases.remove(this)) {
          use(node, -1);
          makeRoom(0);
        }
      }
    }

    /** Goes down to the node of the next tokens, which is made if it is not there; false if there is no room. */
    private boolean attach(int[] tokens, int count) {
      int from = inTree * BLOCK;
      int[] next = images.mark(Arrays.copyOfRange(tokens, from, from + count), from);
      BitSet marks = generated.get(from, from + count);
      for (Node child : node.children) {
        if (child.common(next, 0, count) == count && child.generated.get(0, count).equals(marks)) {
          return step(child);
        }
      }
      SequenceCache.Block block = block();
      if (!block.isWhole() || !makeRoom(own() > 0 ? 0 : blockBytes)) {
        return false;
      }
      node.children.removeIf(child -> replaces(child, next));
      Node child = new Node(node, next, marks, block);
      node.children.add(child);
      nodes++;
      return step(child);
    }

    /** The next block; of layers that let go of it, and were not packed, what the other tree has. */
    private SequenceCache.Block block() {
      SequenceCache.Block block = cache.share(inTree);
      return inTree < unpacked.size() ? block.or(unpacked.get(inTree)) : block;
    }

    /** Whether a child is but a beginning of what comes now. */
    private boolean replaces(Node child, int[] next) {
      boolean shorter = child.tokens.length < next.length && child.common(next, 0, next.length) == child.tokens.length;
      nodes -= shorter ? 1 : 0;
      return shorter;
    }

    private boolean step(Node child) {
      use(node, -1);
      use(child, 1);
      node = child;
      return true;
    }
  }
}
