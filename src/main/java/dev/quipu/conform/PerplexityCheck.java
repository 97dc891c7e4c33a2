package dev.quipu.conform;

import dev.quipu.config.Config;
import java.util.BitSet;

/** Kind perplexity: how surprised the model is by each token of a text, and on average. */
final class PerplexityCheck {

  private PerplexityCheck() {}

  static void run(Case c, Bench bench) {
    Config json = c.json();
    Config tolerance = json.requireObject("tolerance");
    Tolerance ofMean = new Tolerance(Tolerance.number(tolerance, "atol"), 0);
    Tolerance ofToken = new Tolerance(Tolerance.number(tolerance, "nll_atol"), 0);
    int[] tokens = json.requireInts("tokens");
    c.requireSome("tokens", Math.max(0, tokens.length - 1));
    double expectedMean = json.requireDouble("expected_mean_nll");
    Tensor expected = c.floats(json.requireString("nll"));
    bench.inEachRegime(json.requireString("checkpoint"), session -> {
      double[] nll = negativeLogLikelihoods(session, tokens);
      ofToken.check(json.requireString("nll"), narrowed(nll), expected);
      ofMean.check("mean nll", mean(nll), expectedMean);
    });
  }

  /** −log p of each token but the first, after those before it. */
  private static double[] negativeLogLikelihoods(Session session, int[] tokens) {
    double[] nll = new double[tokens.length - 1];
    BitSet wanted = new BitSet();
    wanted.set(0, nll.length);
    session.call(tokens, wanted, (t, logits, row) ->
        nll[t] = session.logSumExp(logits, row) - (double) logits.get(row, tokens[t + 1]));
    return nll;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static Tensor narrowed(double[] values) {
    float[] narrowed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrowed[i] = (float) values[i];
    }
    return new Tensor(narrowed, values.length);
  }
}
