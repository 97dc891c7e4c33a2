package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Each row by its root mean square, times a weight for each channel. */
public class RmsNormBenchmark extends OpsBenchmark {

  private static final float EPS = 1e-5f;

  @Param({"1", "512"})
  public int rows;

  @Param("2048")
  public int width;

  private Mat x;
  private float[] weight;

  public RmsNormBenchmark() {
    super("rmsNorm", 2e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, width);
    weight = random.floats(width);
  }

  @Override
  Mat start() {
    return Mat.zeros(rows, width);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.rmsNorm(out, x, weight, EPS);
  }

  @Override
  double formula(int row, int channel) {
    double squares = 0;
    for (int i = 0; i < width; i++) {
      squares += Math.pow(x.get(row, i), 2);
    }
    return x.get(row, channel) / Math.sqrt(squares / width + EPS) * weight[channel];
  }
}
