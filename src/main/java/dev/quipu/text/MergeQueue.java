package dev.quipu.text;

import java.util.Arrays;

/**
 * Applies merges to one word in the order that Hugging Face's BPE does: the lowest rank first, the leftmost among
 * equals. Short words are scanned; long ones keep a heap over a linked list, so that a word of a million characters
 * costs n log n. Belongs to one call.
 */
final class MergeQueue {

  private static final int SHORT = 48;

  private final Merges merges;
  private int[] symbols = new int[0];
  private int size;
  /** By position: what it and the next symbol merge into; for short words. */
  private long[] pairs;
  private int[] next = new int[0];
  private int[] previous = new int[0];
  /** Rank above, position below. */
  private long[] heap = new long[0];
  private int heapSize;

  MergeQueue(Merges merges) {
    this.merges = merges;
  }

  void clear() {
    size = 0;
  }

  void add(int symbol) {
    if (size == symbols.length) {
      symbols = Arrays.copyOf(symbols, Math.max(64, size * 2));
    }
    symbols[size++] = symbol;
  }

  int size() {
    return size;
  }

  int[] symbols() {
    return symbols;
  }

  /** Merges until nothing merges; {@code ordered} asks for the heap, which repeats the reference in every corner. */
  void mergeAll(boolean ordered) {
    if (size > SHORT || ordered) {
      mergeByHeap();
    } else {
      mergeByScan();
    }
  }

  private void mergeByScan() {
    pairs = pairs == null ? new long[SHORT] : pairs;
    for (int i = 0; i + 1 < size; i++) {
      pairs[i] = merges.merge(symbols[i], symbols[i + 1]);
    }
    while (size > 1) {
      int best = 0;
      for (int i = 1; i + 1 < size; i++) {
        best = pairs[i] < pairs[best] ? i : best;
      }
      if (pairs[best] == Merges.NONE) {
        return;
      }
      mergeAt(best);
    }
  }

  private void mergeAt(int i) {
    symbols[i] = Merges.resultOf(pairs[i]);
    size--;
    System.arraycopy(symbols, i + 2, symbols, i + 1, size - i - 1);
    System.arraycopy(pairs, i + 1, pairs, i, size - i - 1);
    if (i > 0) {
      pairs[i - 1] = merges.merge(symbols[i - 1], symbols[i]);
    }
    if (i + 1 < size) {
      pairs[i] = merges.merge(symbols[i], symbols[i + 1]);
    }
  }

  private void mergeByHeap() {
    link();
    while (heapSize > 0) {
      long top = pop();
      int at = (int) top;
      int rank = (int) (top >>> 32);
      int right = symbols[at] < 0 ? -1 : next[at];
      // an entry whose pair has changed since is stale, unless the pair now makes the same token
      if (right >= 0 && result(symbols[at], symbols[right]) == merges.result(rank)) {
        join(at, right, merges.result(rank));
      }
    }
    compact();
  }

  private int result(int left, int right) {
    long merge = merges.merge(left, right);
    return merge == Merges.NONE ? -1 : Merges.resultOf(merge);
  }

  private void link() {
    if (next.length < size) {
      next = new int[size];
      previous = new int[size];
      heap = new long[3 * size];
    }
    heapSize = 0;
    for (int i = 0; i < size; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < size ? i + 1 : -1;
      offer(i);
    }
  }

  private void join(int left, int right, int token) {
    symbols[left] = token;
    symbols[right] = -1;
    next[left] = next[right];
    if (next[right] >= 0) {
      previous[next[right]] = left;
    }
    if (previous[left] >= 0) {
      offer(previous[left]);
    }
    offer(left);
  }

  private void offer(int left) {
    if (next[left] >= 0) {
      long merge = merges.merge(symbols[left], symbols[next[left]]);
      if (merge != Merges.NONE) {
        push((long) Merges.rankOf(merge) << 32 | left);
      }
    }
  }

  private void compact() {
    int n = 0;
    for (int i = 0; i >= 0 && size > 0; i = next[i]) {
      symbols[n++] = symbols[i];
    }
    size = n;
  }

  private void push(long entry) {
    int i = heapSize++;
    while (i > 0 && heap[i - 1 >>> 1] > entry) {
      heap[i] = heap[i - 1 >>> 1];
      i = i - 1 >>> 1;
    }
    heap[i] = entry;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int i = 0;
    for (int child = 1; child < heapSize; child = 2 * i + 1) {
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return top;
  }
}
