package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Means over the squares of a square grid of points. */
public class AveragePoolBenchmark extends OpsBenchmark {

  @Param("64")
  public int grid;

  @Param("1152")
  public int channels;

  @Param("4")
  public int kernel;

  @Param("4")
  public int stride;

  private Mat x;

  public AveragePoolBenchmark() {
    super("averagePool", 1e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(grid * grid, channels);
  }

  @Override
  Mat start() {
    return Mat.zeros(side() * side(), channels);
  }

  private int side() {
    return (grid - kernel) / stride + 1;
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.averagePool(out, x, grid, kernel, stride);
  }

  @Override
  double formula(int point, int channel) {
    double sum = 0;
    for (int i = 0; i < kernel; i++) {
      for (int j = 0; j < kernel; j++) {
        int y = point / side() * stride + i;
        sum += x.get(y * grid + point % side() * stride + j, channel);
      }
    }
    return sum / kernel / kernel;
  }
}
