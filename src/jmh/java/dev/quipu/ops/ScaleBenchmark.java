package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** By −1, so that what is scaled again and again neither grows nor vanishes. */
public class ScaleBenchmark extends OpsBenchmark {

  @Param({"1", "512"})
  public int rows;

  @Param("2048")
  public int width;

  private Mat x;

  public ScaleBenchmark() {
    super("scale", 0);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, width);
  }

  @Override
  Mat start() {
    return new Mat(x.data().clone(), rows, width);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.scale(out, -1);
  }

  @Override
  double formula(int row, int col) {
    return -x.get(row, col);
  }
}
