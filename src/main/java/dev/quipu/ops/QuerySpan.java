package dev.quipu.ops;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;

/**
 * Some queries that read the same key/value head, and what they see of the cache: first of all blocks, then of the one
 * that was entered. Positions in a block are slots. Knows no numbers.
 */
final class QuerySpan {

  private AttentionShape shape;
  private KvCache cache;
  private int kvHead;
  private int first; // of the queries that read this head, counted token by token
  private int count;
  private int position; // of the first token
  private int begin; // position of the block's first slot
  private int firstSlot;
  private int end;
  private int endSlot;

  /**
   * Takes queries [first, first + count) of those that read a head: the heads of a group of token 0, those of token 1 …
   * where token 0 has the position {@code position}.
   */
  void set(KvCache cache, AttentionShape shape, int kvHead, int first, int count, int position) {
    this.shape = shape;
    this.cache = cache;
    this.kvHead = kvHead;
    this.first = first;
    this.count = count;
    this.position = position;
  }

  KvCache cache() {
    return cache;
  }

  AttentionShape shape() {
    return shape;
  }

  int kvHead() {
    return kvHead;
  }

  int count() {
    return count;
  }

  /** Where the ith query stands in q, whose row {@code row} is token 0, and its result in a matrix of q's shape. */
  int at(Mat q, int row, int i) {
    int group = shape.heads() / shape.kvHeads();
    int head = kvHead * group + (first + i) % group;
    return (row + token(i)) * q.cols() + head * shape.headDim();
  }

  /** The token, counted from the first of the call, that a query belongs to. */
  private int token(int i) {
    return (first + i) / (shape.heads() / shape.kvHeads());
  }

  /** How many blocks any of the queries sees: those of the first positions, where they are kept, and the window's. */
  int blocks() {
    return keptBlocks() + Math.ceilDiv(endVisible(), KvCache.BLOCK) - windowBlock();
  }

  /** The ith of them. */
  int block(int i) {
    return i < keptBlocks() ? i : windowBlock() + i - keptBlocks();
  }

  private int windowBlock() {
    return shape.windowBegin(position + token(0)) / KvCache.BLOCK;
  }

  private int keptBlocks() {
    return Math.min(Math.ceilDiv(shape.keep(), KvCache.BLOCK), windowBlock());
  }

  /** One past the last position that any query sees. */
  private int endVisible() {
    return shape.endVisible(position + token(count - 1), cache.length());
  }

  /** From now on slots are those of this block. */
  void enter(int block) {
    begin = block * KvCache.BLOCK;
    int window = Math.max(shape.windowBegin(position + token(0)) - begin, 0);
    int from = begin < shape.keep() ? 0 : window;
    end = Math.min((window < KvCache.BLOCK ? endVisible() : shape.keep()) - begin, KvCache.BLOCK);
    firstSlot = from / KvCache.STRIP * KvCache.STRIP;
    endSlot = Math.ceilDiv(end, KvCache.STRIP) * KvCache.STRIP;
  }

  /** Whether any query sees anything of the block. */
  boolean seesAny() {
    return firstSlot < end;
  }

  /** Where the first strip begins that any query sees. */
  int firstSlot() {
    return firstSlot;
  }

  /** One past the last slot that any query sees. */
  int end() {
    return end;
  }

  /** Where the last strip ends that any query sees. */
  int endSlot() {
    return endSlot;
  }

  /** Whether each query sees every slot from the first strip to the last. */
  boolean allSeeAll() {
    return windowBegin(count - 1) == firstSlot && seenEnd(0) == endSlot;
  }

  /** Where the ith query's window begins; {@link #seenEnd} if it sees nothing of it. */
  int windowBegin(int i) {
    return Math.clamp(shape.windowBegin(position + token(i)) - begin, firstSlot, seenEnd(i));
  }

  /** Where those of the first positions end that the ith query sees beside its window. */
  int keptEnd(int i) {
    return Math.clamp(shape.keep() - begin, firstSlot, windowBegin(i));
  }

  /** Where what the ith query sees ends. */
  int seenEnd(int i) {
    return Math.clamp(shape.endVisible(position + token(i), cache.length()) - begin, firstSlot, endSlot);
  }
}
