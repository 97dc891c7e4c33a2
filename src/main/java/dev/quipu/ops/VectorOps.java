package dev.quipu.ops;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;
import dev.quipu.tensor.Weight;

/**
 * The operations done fast on the processor: vectors, threads, caches. What they mean is {@link ScalarOps}; how each is
 * done stands in the class it is handed to. A row's numbers depend on the row, the regime and the vector width: not on
 * the other rows, nor on how many threads there are.
 */
public final class VectorOps implements Ops {

  private final RowPool pool;
  private final Scratch[] scratch;
  private final Warmth warmth;
  private final LinearTask linear;
  private final AttentionTask attention;
  private final Pointwise pointwise;
  private final Mat[] oneOut = new Mat[1];
  private final Linear[] oneWeight = new Linear[1];

  /** @param threads that work at once, the caller's included */
  public VectorOps(int threads) {
    this(threads, new Warmth());
  }

  VectorOps(int threads, Warmth warmth) {
    this.warmth = warmth;
    pool = new RowPool(threads);
    scratch = new Scratch[threads];
    for (int i = 0; i < threads; i++) {
      scratch[i] = new Scratch();
    }
    linear = new LinearTask(pool, scratch, warmth);
    attention = new AttentionTask(pool, warmth);
    pointwise = new Pointwise(pool, warmth);
  }

  @Override
  public void embed(Mat out, int row, int[] tokens, int from, int count, Weight table) {
    for (int t = 0; t < count; t++) {
      Widening.embed(table, tokens[from + t], out.data(), (row + t) * out.cols(), scratch[0]);
    }
  }

  @Override
  public void rmsNorm(Mat out, Mat x, float[] weight, float eps) {
    pointwise.rmsNorm(out, x, weight, eps);
  }

  @Override
  public void layerNorm(Mat out, Mat x, float[] weight, float[] bias, float eps) {
    pointwise.layerNorm(out, x, weight, bias, eps);
  }

  @Override
  public void linear(Mat out, Mat x, Linear w, Regime regime) {
    oneOut[0] = out;
    oneWeight[0] = w;
    linear.run(oneOut, x, oneWeight, regime);
  }

  @Override
  public void linear(Mat[] outs, Mat x, Linear[] ws, Regime regime) {
    linear.run(outs, x, ws, regime);
  }

  @Override
  public boolean expectSeveralRows() {
    linear.expectSeveral();
    return warmth.severalRowsAreReady();
  }

  @Override
  public void rope(Mat x, int headDim, Rotation rotation) {
    pointwise.rope(x, headDim, rotation);
  }

  @Override
  public void attention(Mat out, Mat q, int row, int rows, KvCache cache, AttentionShape shape, int position) {
    attention.run(out, q, row, rows, cache, shape, position);
  }

  @Override
  public void gate(Mat gate, Mat up, Activation activation) {
    pointwise.gate(gate, up, activation);
  }

  @Override
  public void activate(Mat x, Activation activation) {
    pointwise.activate(x, activation);
  }

  @Override
  public void averagePool(Mat out, Mat x, int width, int kernel, int stride) {
    pointwise.averagePool(out, x, width, kernel, stride);
  }

  @Override
  public void add(Mat x, Mat y) {
    Pointwise.add(x.data(), y.data(), x.rows() * x.cols());
  }

  @Override
  public void scale(Mat x, float factor) {
    Pointwise.scale(x.data(), 0, x.rows() * x.cols(), factor);
  }

  @Override
  public void scaleRows(Mat x, float[] factors) {
    Pointwise.scaleRows(x, factors);
  }

  @Override
  public void softcap(Mat x, float cap) {
    pointwise.softcap(x, cap);
  }

  @Override
  public float logSumExp(Mat x, int row) {
    return Exponential.logSum(x.data(), row * x.cols(), x.cols(), scratch[0], warmth);
  }

  /** The threads besides the caller's. */
  Thread[] workers() {
    return pool.workers();
  }

  @Override
  public void close() {
    pool.close();
  }
}
