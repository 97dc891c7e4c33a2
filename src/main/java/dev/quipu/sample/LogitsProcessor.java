package dev.quipu.sample;

/** Changes a row of logits in the light of the tokens so far: penalties, biases, constraints. */
public interface LogitsProcessor {

  /**
   * @param tokens     the whole sequence so far, prompt and generated, in its first {@code count} elements;
   *                   −1 for each that is not known, at the beginning, where a cache file did not tell
   * @param logits     a row of them at {@code offset}, one a token of the vocabulary; changed in place
   */
  void apply(int[] tokens, int count, float[] logits, int offset, int vocabulary);
}
