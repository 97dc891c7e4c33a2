package dev.quipu.ops;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;
import dev.quipu.tensor.Weight;

/**
 * The operations a decoder and a vision tower are made of. Knows nothing of models or files.
 *
 * <p>Letters: T rows (tokens of the call), K inputs, N outputs, D channels, H query heads, hd channels a head. Float32
 * throughout; shapes are the caller's business and only asserted. An Ops is used by one thread at a time.
 */
public interface Ops extends AutoCloseable {

  /** out[T,D]: rows {@code tokens[from … from + T)} of the table [V,D], widened; no other row is touched. */
  void embed(Mat out, int row, int[] tokens, int from, int count, Weight table);

  /** out[T,D] = x / √(mean(x²) + eps) · weight, each row by itself; out may be x (Zhang and Sennrich 2019). */
  void rmsNorm(Mat out, Mat x, float[] weight, float eps);

  /**
   * out[T,D] = (x − mean(x)) / √(variance(x) + eps) · weight + bias, each row by itself, the variance that of all D;
   * out may be x (Ba, Kiros and Hinton 2016).
   */
  void layerNorm(Mat out, Mat x, float[] weight, float[] bias, float eps);

  /** out[T,N] = x[T,K] · w[N,K]ᵀ + bias. */
  void linear(Mat out, Mat x, Linear w, Regime regime);

  /**
   * Several projections of one x: as {@link #linear(Mat, Mat, Linear, Regime)} for each, with the same numbers; outs
   * beyond the number of weights stay as they are.
   */
  default void linear(Mat[] outs, Mat x, Linear[] ws, Regime regime) {
    for (int i = 0; i < ws.length; i++) {
      linear(outs[i], x, ws[i], regime);
    }
  }

  /**
   * Says that calls of the generate regime will have several rows soon.
   *
   * @return false as long as those would be slow for once: until single rows have been computed for a while
   */
  default boolean expectSeveralRows() {
    return true;
  }

  /**
   * Turns each head of x[T, H·hd] in place, row t by row t of the rotation: for a pair (a, b) of channels
   * a' = a·cos − b·sin, b' = a·sin + b·cos (Su et al. 2021).
   */
  void rope(Mat x, int headDim, Rotation rotation);

  /**
   * Rows [row, row + rows) of out[T, H·hd] = softmax(scale · q·kᵀ) · v over what each row sees of the cache, the scores
   * capped where the shape says so; row + t has the position {@code position + t}, and its own key and value are in the
   * cache already.
   */
  void attention(Mat out, Mat q, int row, int rows, KvCache cache, AttentionShape shape, int position);

  /** gate = activation(gate) · up, element by element. */
  void gate(Mat gate, Mat up, Activation activation);

  /** x = activation(x), element by element. */
  void activate(Mat x, Activation activation);

  /**
   * Means over windows of kernel × kernel points, channel by channel: x[h·w, C] are the points of a grid, row after
   * row, and so is out[h'·w', C], whose points lie {@code stride} points of x apart; w' = (w − kernel) / stride + 1, h'
   * alike.
   */
  void averagePool(Mat out, Mat x, int width, int kernel, int stride);

  /** x += y. */
  void add(Mat x, Mat y);

  /** x *= factor. */
  void scale(Mat x, float factor);

  /** x[t] *= factors[t], row by row. */
  void scaleRows(Mat x, float[] factors);

  /** x = cap · tanh(x / cap), element by element: as it was where small, and never beyond ±cap. */
  void softcap(Mat x, float cap);

  /** log Σ exp x[row, i], over all columns. */
  float logSumExp(Mat x, int row);

  /** Ends the threads, where there are any. */
  @Override
  default void close() {}
}
