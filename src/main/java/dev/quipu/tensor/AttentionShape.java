package dev.quipu.tensor;

/**
 * The numbers of one layer's attention.
 *
 * @param heads   H, query heads
 * @param kvHeads Hkv, key and value heads; query head h reads key head h / (H / Hkv)
 * @param headDim hd, channels a head
 * @param scale   what q·k is multiplied by
 * @param window  a query at position p sees positions p − window < s ≤ p; {@link #ALL} sees every one up to p
 */
public record AttentionShape(int heads, int kvHeads, int headDim, float scale, int window) {

  /** A window without an edge. */
  public static final int ALL = Integer.MAX_VALUE;

  public AttentionShape {
    if (heads <= 0 || kvHeads <= 0 || headDim <= 0 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(heads + " heads over " + kvHeads + " key/value heads of " + headDim);
    }
    if (window <= 0) {
      throw new IllegalArgumentException("a window of " + window + " positions sees nothing");
    }
  }

  /** The first position that a query at {@code position} sees. */
  public int firstVisible(int position) {
    return Math.max(0, position - window + 1);
  }
}
