package dev.quipu.sample;

/**
 * The rule by which a token drawn from a draft model's distribution q becomes one drawn from the target's distribution
 * p: it is accepted with probability min(1, p/q), and another drawn from the positive part of p − q stands in for one
 * that is not. Knows no model, and not how many tokens were drafted.
 *
 * <p>Leviathan et al., "Fast Inference from Transformers via Speculative Decoding" (2023), algorithm 1; Chen et al.,
 * "Accelerating Large Language Model Decoding with Speculative Sampling" (2023).
 */
public final class Rejection {

  private Rejection() {}

  /**
   * A token of a distribution, to be judged by this rule. Takes one number.
   *
   * @param draft q, one a token
   */
  public static int draw(float[] draft, int vocabulary, Randomness random) {
    return inverse(draft, null, vocabulary, random.uniform());
  }

  /**
   * Whether a drafted token stays. Takes one number.
   *
   * @param target      p, one a token
   * @param draft       q, from which the token was drawn
   */
  public static boolean accepts(float[] target, float[] draft, int token, Randomness random) {
    return accepts(target, draft, token, random.uniform());
  }

  /**
   * The token instead of one that was not accepted. Takes one number.
   *
   * @param target p, one a token
   * @param draft  q, from which the token was drawn
   */
  public static int replacement(float[] target, float[] draft, int vocabulary, Randomness random) {
    return replacement(target, draft, vocabulary, random.uniform());
  }

  static boolean accepts(float[] target, float[] draft, int token, float u) {
    return (double) u * draft[token] < target[token];
  }

  static int replacement(float[] target, float[] draft, int vocabulary, float u) {
    int token = inverse(target, draft, vocabulary, u);
    // none if p and q are the same, and their rounding alone refused a token
    return token >= 0 ? token : inverse(target, null, vocabulary, u);
  }

  /** Inverse CDF over max(0, p − q) in the order of the ids, in double; −1 if all of it is 0. */
  private static int inverse(float[] p, float[] q, int vocabulary, float u) {
    double total = 0;
    for (int i = 0; i < vocabulary; i++) {
      total += excess(p, q, i);
    }
    double cdf = 0;
    int last = -1;
    for (int i = 0; i < vocabulary && cdf <= u * total; i++) {
      double weight = excess(p, q, i);
      if (weight > 0) {
        last = i;
        cdf += weight;
      }
    }
    return last;
  }

  /** @param q null for a distribution of nothing */
  private static double excess(float[] p, float[] q, int i) {
    return q == null ? p[i] : Math.max(0, (double) p[i] - q[i]);
  }
}
