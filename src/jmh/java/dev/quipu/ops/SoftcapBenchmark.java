package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Of a row of logits, capped again and again, so that they grow smaller, but slowly. */
public class SoftcapBenchmark extends OpsBenchmark {

  private static final float CAP = 30;

  @Param("262144")
  public int vocabulary;

  private Mat x;

  public SoftcapBenchmark() {
    super("softcap", 1e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(1, vocabulary);
    for (int i = 0; i < vocabulary; i++) {
      x.data()[i] *= CAP;
    }
  }

  @Override
  Mat start() {
    return new Mat(x.data().clone(), 1, vocabulary);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.softcap(out, CAP);
  }

  /** tanh u = 1 − 2 / (e^2u + 1). */
  @Override
  double formula(int row, int col) {
    return CAP * (1 - 2 / (Math.exp(2.0 * x.get(row, col) / CAP) + 1));
  }
}
