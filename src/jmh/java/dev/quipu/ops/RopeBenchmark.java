package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;
import org.openjdk.jmh.annotations.Param;

/** Turns the same heads again and again, which changes no length. */
public class RopeBenchmark extends OpsBenchmark {

  private static final double THETA = 10_000;

  @Param({"1", "512"})
  public int rows;

  @Param("32")
  public int heads;

  @Param("64")
  public int headDim;

  @Param({"false", "true"})
  public boolean traditional;

  private Mat x;
  private Rotation rotation;

  public RopeBenchmark() {
    super("rope", 1e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(rows, heads * headDim);
    rotation = new Rotation(rows, headDim, traditional);
    for (int i = 0; i < rotation.cos().length; i++) {
      rotation.cos()[i] = (float) Math.cos(angle(i / (headDim / 2), i % (headDim / 2)));
      rotation.sin()[i] = (float) Math.sin(angle(i / (headDim / 2), i % (headDim / 2)));
    }
  }

  /** Of row t's pair i; the first row has position 1. */
  private double angle(int t, int i) {
    return (t + 1) * Math.pow(THETA, -2.0 * i / headDim);
  }

  @Override
  Mat start() {
    return new Mat(x.data().clone(), rows, x.cols());
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.rope(out, headDim, rotation);
  }

  @Override
  double formula(int t, int col) {
    int half = headDim / 2;
    int channel = col % headDim;
    int pair = traditional ? channel / 2 : channel % half;
    boolean first = traditional ? channel % 2 == 0 : channel < half;
    int apart = traditional ? 1 : half;
    double angle = angle(t, pair);
    return first
        ? x.get(t, col) * Math.cos(angle) - x.get(t, col + apart) * Math.sin(angle)
        : x.get(t, col) * Math.cos(angle) + x.get(t, col - apart) * Math.sin(angle);
  }
}
