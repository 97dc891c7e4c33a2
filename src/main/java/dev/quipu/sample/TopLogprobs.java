package dev.quipu.sample;

import java.util.Arrays;

/**
 * The most likely tokens of a row of logits and their log-probabilities, most likely first; of equals the lower id,
 * where MLX leaves the choice open. A token that cannot come, of logit −∞, is never among them. Knows no filter and no
 * temperature: the row is as the processors left it.
 */
public final class TopLogprobs {

  private static final TopLogprobs NONE = new TopLogprobs(new int[0], new float[0]);

  private final int[] ids;
  private final float[] logprobs;

  private TopLogprobs(int[] ids, float[] logprobs) {
    this.ids = ids;
    this.logprobs = logprobs;
  }

  /**
   * Looks at each logit once, beside a heap of the best.
   *
   * @param logits    a row of them at {@code offset}, one a token of the vocabulary; not changed
   * @param logSumExp log Σ e^logit of the row
   * @param n         how many tokens, at least 0; there are fewer if fewer are possible
   */
  public static TopLogprobs of(float[] logits, int offset, int vocabulary, float logSumExp, int n) {
    int[] best = new int[Math.min(n, vocabulary)];
    int size = best(best, logits, offset, vocabulary);
    if (size == 0) {
      return NONE;
    }
    sortDescending(best, size, logits, offset);
    float[] logprobs = new float[size];
    for (int rank = 0; rank < size; rank++) {
      logprobs[rank] = logits[offset + best[rank]] - logSumExp;
    }
    return new TopLogprobs(size == best.length ? best : Arrays.copyOf(best, size), logprobs);
  }

  /** How many tokens. */
  public int size() {
    return ids.length;
  }

  /** @param rank 0 for the most likely */
  public int id(int rank) {
    return ids[rank];
  }

  /** @param rank 0 for the most likely */
  public float logprob(int rank) {
    return logprobs[rank];
  }

  /** Fills the heap, whose root is the worst of the best; returns its size. */
  private static int best(int[] heap, float[] logits, int offset, int vocabulary) {
    int size = 0;
    int id = 0;
    for (; id < vocabulary && size < heap.length; id++) {
      if (logits[offset + id] > Float.NEGATIVE_INFINITY) {
        heap[size++] = id;
      }
    }
    for (int parent = size / 2 - 1; parent >= 0; parent--) {
      siftDown(heap, size, parent, logits, offset);
    }
    for (; id < vocabulary && size > 0; id++) {
      if (logits[offset + id] > logits[offset + heap[0]]) { // one that is equal has the higher id
        heap[0] = id;
        siftDown(heap, size, 0, logits, offset);
      }
    }
    return size;
  }

  /** The worst goes to the end of what is left, again and again. */
  private static void sortDescending(int[] heap, int size, float[] logits, int offset) {
    for (int last = size - 1; last > 0; last--) {
      int worst = heap[0];
      heap[0] = heap[last];
      heap[last] = worst;
      siftDown(heap, last, 0, logits, offset);
    }
  }

  private static void siftDown(int[] heap, int size, int start, float[] logits, int offset) {
    int id = heap[start];
    int parent = start;
    for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && worse(heap[child + 1], heap[child], logits, offset)) {
        child++;
      }
      if (!worse(heap[child], id, logits, offset)) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = id;
  }

  private static boolean worse(int id, int other, float[] logits, int offset) {
    float difference = logits[offset + id] - logits[offset + other];
    return difference < 0 || difference == 0 && id > other;
  }
}
