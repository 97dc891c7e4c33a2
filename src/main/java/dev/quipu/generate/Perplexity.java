package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * How well a model foresees a text: the exponential of the mean of −log p over its tokens. The text is cut into
 * windows; each is read from an empty cache, so its first token is given and not judged. mlx_lm/perplexity.py does the
 * same, but leaves out a last window that is shorter than the others.
 *
 * @param tokens        judged
 * @param meanNll       mean of −log p
 * @param standardError of {@code meanNll}, as if tokens were independent; NaN for one token
 */
public record Perplexity(int tokens, double meanNll, double standardError) {

  /** mlx-lm's default. */
  public static final int DEFAULT_SEQUENCE_LENGTH = 512;

  /**
   * @param ids            of the whole text
   * @param sequenceLength tokens a window; a last window of a single token has nothing to judge and is dropped
   * @param progress       told how many ids were read so far
   * @throws InvalidRequestException if a window has no second token, or is longer than the context
   */
  public static Perplexity of(Engine engine, int[] ids, int sequenceLength, IntConsumer progress) {
    if (sequenceLength < 2 || sequenceLength > engine.contextLength()) {
      throw new InvalidRequestException("sequence_length", "must be 2 to " + engine.contextLength()
          + ", which is this model's context, but is " + sequenceLength);
    }
    double[] all = new double[ids.length];
    int count = 0;
    for (int from = 0; ids.length - from >= 2; from += Math.min(sequenceLength, ids.length - from)) {
      progress.accept(from);
      int to = Math.min(from + sequenceLength, ids.length);
      double[] nll = engine.negativeLogLikelihoods(Arrays.copyOfRange(ids, from, to));
      System.arraycopy(nll, 0, all, count, nll.length);
      count += nll.length;
    }
    if (count == 0) {
      throw new InvalidRequestException("text", "must have two tokens at least but has " + ids.length);
    }
    return of(Arrays.copyOf(all, count));
  }

  static Perplexity of(double[] nll) {
    double mean = Arrays.stream(nll).sum() / nll.length;
    double squares = Arrays.stream(nll).map(x -> (x - mean) * (x - mean)).sum();
    return new Perplexity(nll.length, mean, Math.sqrt(squares / (nll.length - 1) / nll.length));
  }

  public double perplexity() {
    return Math.exp(meanNll);
  }

  /** Of the perplexity, to first order: mlx_lm/perplexity.py, eval_ppl. */
  public double standardErrorOfPerplexity() {
    return perplexity() * standardError;
  }
}
