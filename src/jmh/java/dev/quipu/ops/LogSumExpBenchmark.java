package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** Of a row of logits. */
public class LogSumExpBenchmark extends OpsBenchmark {

  @Param("262144")
  public int vocabulary;

  private Mat x;

  public LogSumExpBenchmark() {
    super("logSumExp", 1e-6);
  }

  @Override
  void operands(Operands random) {
    x = random.mat(1, vocabulary);
  }

  @Override
  Mat start() {
    return Mat.zeros(1, 1);
  }

  @Override
  void compute(Ops ops, Mat out) {
    out.data()[0] = ops.logSumExp(x, 0);
  }

  @Override
  double formula(int row, int col) {
    double sum = 0;
    for (float logit : x.data()) {
      sum += Math.exp(logit);
    }
    return Math.log(sum);
  }
}
