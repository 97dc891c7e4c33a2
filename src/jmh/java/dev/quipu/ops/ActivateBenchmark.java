package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Each call gets x afresh: its copy is in the figure, as in {@link GateBenchmark}. */
public class ActivateBenchmark extends OpsBenchmark {

  @Param
  public Activation activation;

  @Param({"1", "512"})
  public int rows;

  @Param("4304")
  public int width;

  private Mat x;

  public ActivateBenchmark() {
    super("activate", 2e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, width);
  }

  @Override
  Mat start() {
    return Mat.zeros(rows, width);
  }

  @Override
  void compute(Ops ops, Mat out) {
    System.arraycopy(x.data(), 0, out.data(), 0, x.size());
    ops.activate(out, activation);
  }

  @Override
  double formula(int row, int col) {
    return ActivationFormula.of(x.get(row, col), activation);
  }
}
