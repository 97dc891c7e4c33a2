package dev.quipu.sample;

import dev.quipu.QuipuException;

/** Takes the most likely token, of equals the one with the lowest id. Uses no randomness. */
public final class GreedySampler implements Sampler {

  @Override
  public int next(float[] logits, int offset, int vocabulary, Randomness random) {
    int token = Filters.argmax(logits, offset, vocabulary);
    if (token < 0) {
      throw nothingToChoose();
    }
    return token;
  }

  static QuipuException nothingToChoose() {
    return new QuipuException("no token can be chosen: every logit is -Infinity, or one is NaN; the constraints "
        + "exclude every token, or the model's numbers overflowed");
  }
}
