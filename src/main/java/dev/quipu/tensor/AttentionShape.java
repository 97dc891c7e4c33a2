package dev.quipu.tensor;

/**
 * The numbers of one layer's attention.
 *
 * @param heads   H, query heads
 * @param kvHeads Hkv, key and value heads; query head h reads key head h / (H / Hkv)
 * @param headDim hd, channels a head
 * @param scale   what q·k is multiplied by
 * @param window  a query at position p sees positions p − window < s ≤ p; {@link #ALL} sees every one up to p
 * @param keep    the first positions, that a query sees beside its window; 0 for none
 * @param softcap c of c · tanh(score / c), taken before the softmax; 0 for none
 * @param causal  whether a query sees nothing that comes after it
 */
public record AttentionShape(
    int heads, int kvHeads, int headDim, float scale, int window, int keep, float softcap, boolean causal) {

  /** A window without an edge. */
  public static final int ALL = Integer.MAX_VALUE;

  public AttentionShape {
    if (heads <= 0 || kvHeads <= 0 || headDim <= 0 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(heads + " heads over " + kvHeads + " key/value heads of " + headDim);
    }
    if (window <= 0) {
      throw new IllegalArgumentException("a window of " + window + " positions sees nothing");
    }
    if (keep < 0) {
      throw new IllegalArgumentException("the first " + keep + " positions");
    }
    if (!(softcap >= 0)) {
      throw new IllegalArgumentException("a soft cap of " + softcap);
    }
  }

  /** Causal, without a soft cap: what most layers have. */
  public AttentionShape(int heads, int kvHeads, int headDim, float scale, int window) {
    this(heads, kvHeads, headDim, scale, window, 0, 0, true);
  }

  public AttentionShape withWindow(int window) {
    return new AttentionShape(heads, kvHeads, headDim, scale, window, keep, softcap, causal);
  }

  public AttentionShape withKeep(int keep) {
    return new AttentionShape(heads, kvHeads, headDim, scale, window, keep, softcap, causal);
  }

  public AttentionShape withSoftcap(float softcap) {
    return new AttentionShape(heads, kvHeads, headDim, scale, window, keep, softcap, causal);
  }

  /** Each query sees what comes after it, too. */
  public AttentionShape seeingAhead() {
    return new AttentionShape(heads, kvHeads, headDim, scale, window, keep, softcap, false);
  }

  /** Where the window of a query at {@code position} begins. Before it, the query sees {@link #keep} positions. */
  public int windowBegin(int position) {
    return Math.max(0, position - window + 1);
  }

  /** One past the last of {@code length} positions that a query at {@code position} sees. */
  public int endVisible(int position, int length) {
    return causal ? position + 1 : length;
  }

  /** How many of {@code length} positions a query at {@code position} sees. */
  public int countVisible(int position, int length) {
    int begin = windowBegin(position);
    return Math.min(keep, begin) + endVisible(position, length) - begin;
  }

  /** The ith of the positions that a query at {@code position} sees. */
  public int visible(int position, int i) {
    int begin = windowBegin(position);
    return i < Math.min(keep, begin) ? i : begin + i - Math.min(keep, begin);
  }
}
