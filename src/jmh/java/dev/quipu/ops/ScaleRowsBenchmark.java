package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** By −1 and 1, as {@link ScaleBenchmark}. */
public class ScaleRowsBenchmark extends OpsBenchmark {

  @Param({"1", "512"})
  public int rows;

  @Param("2048")
  public int width;

  private Mat x;
  private float[] factors;

  public ScaleRowsBenchmark() {
    super("scaleRows", 0);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, width);
    factors = new float[rows];
    for (int t = 0; t < rows; t++) {
      factors[t] = sign(t);
    }
  }

  private static int sign(int row) {
    return row % 3 == 0 ? -1 : 1;
  }

  @Override
  Mat start() {
    return new Mat(x.data().clone(), rows, width);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.scaleRows(out, factors);
  }

  @Override
  double formula(int row, int col) {
    return sign(row) * x.get(row, col);
  }
}
