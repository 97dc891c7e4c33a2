package dev.quipu.bench;

import java.util.Arrays;

/**
 * What came out of a test.
 *
 * @param samples tokens a second, of each repetition
 * @param amount  what a repetition reads and computes
 * @param garbage bytes a token that Java allocated
 * @param cpu     seconds a token of the processor, of all threads together
 */
public record Result(Workload workload, double[] samples, Work.Amount amount, double garbage, double cpu) {

  public Result {
    if (samples.length == 0) {
      throw new IllegalArgumentException("no repetition");
    }
  }

  public double median() {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  public double mean() {
    return Arrays.stream(samples).sum() / samples.length;
  }

  /** Of the samples, as llama-bench has it: 0 for a single one. */
  public double standardDeviation() {
    if (samples.length == 1) {
      return 0;
    }
    double mean = mean();
    return Math.sqrt(Arrays.stream(samples).map(x -> (x - mean) * (x - mean)).sum() / (samples.length - 1));
  }

  public double best() {
    return Arrays.stream(samples).max().getAsDouble();
  }

  public double worst() {
    return Arrays.stream(samples).min().getAsDouble();
  }

  /** The mean of all passes, at the median speed. */
  double secondsOfPass() {
    return workload.tokens() / median() / amount.passes();
  }

  /** At the median speed. */
  public double bytesPerSecond() {
    return amount.bytes() / workload.tokens() * median();
  }

  /** At the median speed. */
  public double flopsPerSecond() {
    return amount.flops() / workload.tokens() * median();
  }
}
