package dev.quipu.sample;

import dev.quipu.support.Checked;
import dev.quipu.support.Measured;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A token from a row of logits. What is kept, and what is drawn of it, is held to sums in double precision. */
public class SamplerBenchmark extends Measured {

  /** What is kept of the tokens before one is drawn. */
  public enum Kept { BEST, ALL, TOP_P, MIN_P, TOP_K }

  private static final long SEED = 1;
  private static final double TEMPERATURE = 0.8;
  private static final double TOP_P = 0.9;
  private static final double MIN_P = 0.01;
  private static final int TOP_K = 40;

  /** Draws that are checked. */
  private static final int DRAWS = 300;

  /** What sums in float32, one after the other, may move a draw by: of all tokens, and of fewer. */
  private static final double TOLERANCE_OF_ALL = 1e-3;

  private static final double TOLERANCE = 2e-4;

  /** Tokens at the edge of top-p that such sums may keep or drop, as a part of those kept. */
  private static final double EDGE = 0.02;

  @Param
  public Kept kept;

  @Param("262144")
  public int vocabulary;

  private float[] logits;
  private Sampler sampler;
  private Randomness randomness;

  @Setup
  public void prepare() {
    Random random = new Random(SEED);
    logits = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    sampler = Sampler.of(settings());
    randomness = new Randomness(SEED);
    check();
  }

  private SamplerSettings settings() {
    return new SamplerSettings(kept == Kept.BEST ? 0 : TEMPERATURE, kept == Kept.TOP_P ? TOP_P : 0,
        kept == Kept.MIN_P ? MIN_P : 0, 1, kept == Kept.TOP_K ? TOP_K : 0, 0, 0.1, List.of());
  }

  @Benchmark
  public int next() {
    return sampler.next(logits, 0, vocabulary, randomness);
  }

  private void check() {
    double[] weights = weights();
    if (kept != Kept.BEST) {
      checkKept(weights);
    }
    checkDraws(weights);
  }

  private void checkKept(double[] weights) {
    float[] lp = new float[vocabulary];
    Filters.logProbabilities(lp, logits, 0, vocabulary);
    new FilteredSampler(settings()).filter(lp, new float[vocabulary], new Randomness(SEED));
    int expected = 0;
    int different = 0;
    for (int i = 0; i < vocabulary; i++) {
      expected += weights[i] > 0 ? 1 : 0;
      different += weights[i] > 0 != lp[i] > Float.NEGATIVE_INFINITY ? 1 : 0;
    }
    if (different > EDGE * expected) {
      throw Checked.wrong("tokens kept, " + kept, expected, different + " others");
    }
  }

  private void checkDraws(double[] weights) {
    double[] ends = weights.clone(); // where each token's share ends
    Arrays.parallelPrefix(ends, Double::sum);
    double total = ends[vocabulary - 1];
    double tolerance = kept == Kept.ALL ? TOLERANCE_OF_ALL : TOLERANCE;
    Randomness same = new Randomness(SEED);
    for (int i = 0; i < DRAWS; i++) {
      int token = next();
      double target = kept == Kept.BEST ? 0.5 : same.uniform();
      double begin = token == 0 ? 0 : ends[token - 1] / total;
      double end = ends[token] / total;
      if (!(target >= begin - tolerance && target <= end + tolerance)) {
        throw Checked.wrong(kept + ", token " + token, target + " in its share", begin + " to " + end);
      }
    }
  }

  /** What each token is drawn in proportion to. */
  private double[] weights() {
    double least = least();
    double[] weights = new double[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      weights[i] = logits[i] < least ? 0 : Math.exp(logits[i] / TEMPERATURE);
    }
    return weights;
  }

  /** The smallest logit that is kept. */
  private double least() {
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    float largest = sorted[vocabulary - 1];
    return switch (kept) {
      case BEST -> largest;
      case ALL -> sorted[0];
      case TOP_P -> leastOfMass(sorted);
      case MIN_P -> largest + Math.log(MIN_P);
      case TOP_K -> sorted[vocabulary - TOP_K];
    };
  }

  private double leastOfMass(float[] sorted) {
    double wanted = 0;
    for (float logit : sorted) {
      wanted += TOP_P * Math.exp(logit);
    }
    int i = vocabulary;
    while (wanted > 0) {
      wanted -= Math.exp(sorted[--i]);
    }
    return sorted[i];
  }
}
