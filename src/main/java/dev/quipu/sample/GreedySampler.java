package dev.quipu.sample;

import dev.quipu.QuipuException;
import java.util.Arrays;

/** Takes the most likely token, of equals the one with the lowest id. Uses no randomness. */
public final class GreedySampler implements DistributionSampler {

  @Override
  public int next(float[] logits, int offset, int vocabulary, Randomness random) {
    int token = Filters.argmax(logits, offset, vocabulary);
    if (token < 0) {
      throw nothingToChoose();
    }
    return token;
  }

  /** All of it on one token. */
  @Override
  public void distribution(float[] logits, int offset, int vocabulary, Randomness random, float[] out) {
    int token = next(logits, offset, vocabulary, random);
    Arrays.fill(out, 0, vocabulary, 0);
    out[token] = 1;
  }

  @Override
  public void skip(Randomness random) {}

  static QuipuException nothingToChoose() {
    return new QuipuException("no token can be chosen: every logit is -Infinity, or one is NaN; the constraints "
        + "exclude every token, or the model's numbers overflowed");
  }
}
