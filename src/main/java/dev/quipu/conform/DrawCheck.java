package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.Sampler;

/** Kind draw: a token from each row of logits, with the seed's random numbers. */
final class DrawCheck {

  private static final String RNG = "mlx>=0.32.1";
  private static final long FACTOR_OF_COLUMN = 2654435761L;
  private static final long FACTOR_OF_ROW = 2246822519L;

  private DrawCheck() {}

  static void run(Case c, Bench bench) {
    Config json = c.json();
    if (!json.requireString("rng").equals(RNG)) {
      throw json.refuse("rng", "must be \"" + RNG + "\" but is \"" + json.requireString("rng") + "\"");
    }
    Config formula = json.object("logits_formula");
    Tensor logits = formula != null
        ? formula(formula)
        : c.floats(json.requireString("logits")).requireAxes("logits", 2);
    int[] expected = json.requireInts("expected");
    c.requireSome("expected", expected.length);
    if (expected.length != logits.shape()[0]) {
      throw json.refuse("expected", "must be a token a row, " + logits.shape()[0] + ", but are " + expected.length);
    }
    Config parameters = json.requireObject("sampler");
    Sampler sampler = Sampler.of(Sampling.sampler(parameters, parameters.requireDouble("temp")));
    Randomness random = new Randomness(Sampling.seed(json));
    for (int r = 0; r < expected.length; r++) {
      int token = sampler.next(logits.values(), r * logits.cols(), logits.cols(), random);
      if (token != expected[r]) {
        throw Mismatch.of("row " + r, "token " + expected[r], "token " + token);
      }
    }
  }

  /** Logits too large to store: scale·(h/2²³ − 1), h the upper 24 bits of a hash of row and column. */
  private static Tensor formula(Config formula) {
    int rows = formula.requireInt("rows");
    int vocabulary = formula.requireInt("vocabulary");
    double scale = formula.requireDouble("scale");
    float[] logits = new float[Math.multiplyExact(rows, vocabulary)];
    for (int at = 0; at < logits.length; at++) {
      int hash = (int) (at % vocabulary * FACTOR_OF_COLUMN + at / vocabulary * FACTOR_OF_ROW);
      logits[at] = (float) (scale * ((hash >>> 8) / 0x1p23 - 1));
    }
    return new Tensor(logits, rows, vocabulary);
  }
}
