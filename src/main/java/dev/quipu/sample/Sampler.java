package dev.quipu.sample;

import dev.quipu.QuipuException;

/**
 * Chooses the next token from a row of logits. A sampler keeps its working memory between calls, so that decoding
 * allocates nothing (but for the few KB of {@code Arrays.sort} under top-p): use one a sequence, or one a thread.
 */
public interface Sampler {

  /**
   * @param logits a row of them at {@code offset}, one a token of the vocabulary; not changed
   * @param random where random numbers come from
   * @return the token's id, 0 … vocabulary − 1
   * @throws QuipuException if there is nothing to choose from: every logit is −∞, or one is NaN
   */
  int next(float[] logits, int offset, int vocabulary, Randomness random);

  /** The sampler that mlx-lm's {@code make_sampler} makes of the same values. */
  static DistributionSampler of(SamplerSettings settings) {
    return settings.greedy() ? new GreedySampler() : new FilteredSampler(settings);
  }
}
