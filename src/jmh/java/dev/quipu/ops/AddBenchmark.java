package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** A residual sum, h += branch, again and again. */
public class AddBenchmark extends OpsBenchmark {

  @Param({"1", "512"})
  public int rows;

  @Param("2048")
  public int width;

  private Mat x;
  private Mat y;

  public AddBenchmark() {
    super("add", 1e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, width);
    y = random.mat(rows, width);
  }

  @Override
  Mat start() {
    return new Mat(x.data().clone(), rows, width);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.add(out, y);
  }

  @Override
  double formula(int row, int col) {
    return (double) x.get(row, col) + y.get(row, col);
  }
}
