package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Each row less its mean, by its standard deviation, times a weight and plus a bias for each channel. */
public class LayerNormBenchmark extends OpsBenchmark {

  private static final float EPS = 1e-6f;

  @Param({"1", "512"})
  public int rows;

  @Param("1152")
  public int width;

  private Mat x;
  private float[] weight;
  private float[] bias;

  public LayerNormBenchmark() {
    super("layerNorm", 2e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, width);
    weight = random.floats(width);
    bias = random.floats(width);
  }

  @Override
  Mat start() {
    return Mat.zeros(rows, width);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.layerNorm(out, x, weight, bias, EPS);
  }

  /** The variance as the mean of squares less the square of the mean, which is exact enough in double. */
  @Override
  double formula(int row, int channel) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < width; i++) {
      sum += x.get(row, i);
      squares += Math.pow(x.get(row, i), 2);
    }
    double mean = sum / width;
    double variance = squares / width - mean * mean;
    return (x.get(row, channel) - mean) / Math.sqrt(variance + EPS) * weight[channel] + bias[channel];
  }
}
