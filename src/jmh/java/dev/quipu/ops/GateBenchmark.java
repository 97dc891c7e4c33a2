package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Each call gets the gates afresh, since gates of gates vanish: their copy is in the figure. */
public class GateBenchmark extends OpsBenchmark {

  @Param
  public Activation activation;

  @Param({"1", "512"})
  public int rows;

  @Param("8192")
  public int width;

  private Mat gate;
  private Mat up;

  public GateBenchmark() {
    super("gate", 2e-6);
  }

  @Override
  void operands(Operands random) {
    gate = random.mat(rows, width);
    up = random.mat(rows, width);
  }

  @Override
  Mat start() {
    return Mat.zeros(rows, width);
  }

  @Override
  void compute(Ops ops, Mat out) {
    System.arraycopy(gate.data(), 0, out.data(), 0, gate.size());
    ops.gate(out, up, activation);
  }

  @Override
  double formula(int row, int col) {
    return ActivationFormula.of(gate.get(row, col), activation) * up.get(row, col);
  }
}
