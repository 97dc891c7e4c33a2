package dev.quipu.ops;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** A projection, of one row as in generating, or of many as in reading a prompt. */
public class LinearBenchmark extends OpsBenchmark {

  @Param({"F32", "BF16", "AFFINE3", "AFFINE4", "AFFINE8", "MXFP4"})
  public Format format;

  @Param({"1", "512"})
  public int rows;

  @Param("2048")
  public int inputs;

  @Param("2048")
  public int outputs;

  private Mat x;
  private Linear w;
  private float[] row;

  public LinearBenchmark() {
    super("linear", 1e-5);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, inputs);
    w = new Linear(format.weight(outputs, inputs, 1), random.floats(outputs));
    row = new float[inputs];
  }

  @Override
  Mat start() {
    return Mat.zeros(rows, outputs);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.linear(out, x, w, rows == 1 ? Regime.GENERATE : Regime.PROMPT);
  }

  @Override
  double formula(int t, int n) {
    return product(x, t, w, n, row);
  }

  /** Σ x[t,k] · w[n,k] + bias[n]. */
  static double product(Mat x, int t, Linear w, int n, float[] row) {
    Quantizer.dequantize(w.weight(), n, row, 0);
    double sum = w.bias() == null ? 0 : w.bias()[n];
    for (int k = 0; k < x.cols(); k++) {
      sum += (double) x.get(t, k) * row[k];
    }
    return sum;
  }
}
