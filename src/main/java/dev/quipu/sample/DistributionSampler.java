package dev.quipu.sample;

import dev.quipu.QuipuException;

/** A sampler that can say how likely each token is to be drawn; {@link Rejection} needs it of draft and target. */
public interface DistributionSampler extends Sampler {

  /**
   * The distribution from which {@link #next} draws: after filters and temperature.
   *
   * @param logits a row of them at {@code offset}, one a token of the vocabulary; not changed
   * @param random gives the numbers that the filters take (XTC takes one), and not the draw's own
   * @param out    probabilities, in its first {@code vocabulary} elements; 0 for a dropped token
   * @throws QuipuException if there is nothing to choose from: every logit is −∞, or one is NaN
   */
  void distribution(float[] logits, int offset, int vocabulary, Randomness random, float[] out);

  /** Takes as many numbers as {@link #next}, for a token that is known without. */
  void skip(Randomness random);
}
