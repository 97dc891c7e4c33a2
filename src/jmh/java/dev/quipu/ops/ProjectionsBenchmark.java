package dev.quipu.ops;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Several projections of one x in one call: queries, as many as x has columns, keys and values. */
public class ProjectionsBenchmark extends OpsBenchmark {

  @Param("AFFINE4")
  public Format format;

  @Param({"1", "512"})
  public int rows;

  @Param("2048")
  public int inputs;

  @Param("512")
  public int kvOutputs;

  private Mat x;
  private Linear[] ws;
  private Mat[] outs;
  private float[] row;

  public ProjectionsBenchmark() {
    super("linear of several weights", 1e-5);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, inputs);
    ws = new Linear[] {projection(inputs, 1), projection(kvOutputs, 2), projection(kvOutputs, 3)};
    outs = new Mat[] {Mat.zeros(rows, inputs), Mat.zeros(rows, kvOutputs), Mat.zeros(rows, kvOutputs)};
    row = new float[inputs];
  }

  private Linear projection(int outputs, long seed) {
    return new Linear(format.weight(outputs, inputs, seed), null);
  }

  /** [T, inputs + 2 · kvOutputs]. */
  @Override
  Mat start() {
    return Mat.zeros(rows, inputs + 2 * kvOutputs);
  }

  /** Side by side afterwards, a copy of what takes a hundred times as long. */
  @Override
  void compute(Ops ops, Mat out) {
    ops.linear(outs, x, ws, rows == 1 ? Regime.GENERATE : Regime.PROMPT);
    for (int t = 0; t < rows; t++) {
      int at = t * out.cols();
      for (Mat part : outs) {
        System.arraycopy(part.data(), t * part.cols(), out.data(), at, part.cols());
        at += part.cols();
      }
    }
  }

  @Override
  double formula(int t, int col) {
    int i = 0;
    int n = col;
    while (n >= outs[i].cols()) {
      n -= outs[i++].cols();
    }
    return LinearBenchmark.product(x, t, ws[i], n, row);
  }
}
