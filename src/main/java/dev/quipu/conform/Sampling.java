package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the kinds of sampling share: logits, and parameters, with mlx-lm's defaults for those that are absent. */
final class Sampling {

  private static final String RNG = "mlx>=0.32.1";
  private static final long FACTOR_OF_COLUMN = 2654435761L;
  private static final long FACTOR_OF_ROW = 2246822519L;
  private static final int CONTEXT = PenaltySettings.DEFAULT_CONTEXT_SIZE;

  private Sampling() {}

  /** @param temp where the case gives none */
  static SamplerSettings sampler(Config s, double temp) {
    List<Integer> special = new ArrayList<>();
    if (s.has("xtc_special_tokens")) {
      for (int id : s.requireInts("xtc_special_tokens")) {
        special.add(id);
      }
    }
    return new SamplerSettings(s.doubleValue("temp", temp), s.doubleValue("top_p", 0), s.doubleValue("min_p", 0),
        s.intValue("min_tokens_to_keep", 1), s.intValue("top_k", 0), s.doubleValue("xtc_probability", 0),
        s.doubleValue("xtc_threshold", 0), special);
  }

  static PenaltySettings penalties(Config p) {
    Map<Integer, Double> bias = new HashMap<>();
    Config biases = p.object("logit_bias");
    if (biases != null) {
      for (String id : biases.keys()) {
        bias.put(Integer.valueOf(id), biases.requireDouble(id));
      }
    }
    return new PenaltySettings(bias,
        p.doubleValue("repetition_penalty", 0), p.intValue("repetition_context_size", CONTEXT),
        p.doubleValue("presence_penalty", 0), p.intValue("presence_context_size", CONTEXT),
        p.doubleValue("frequency_penalty", 0), p.intValue("frequency_context_size", CONTEXT));
  }

  /** All 64 bits of the seed. */
  static long seed(Config json) {
    if (json.get("seed") instanceof Number seed) {
      return seed.longValue();
    }
    throw json.refuse("seed", "must be an integer but is " + json.get("seed"));
  }

  /** Refuses a case whose draws are made in another way. */
  static void requireRng(Config json) {
    if (!json.requireString("rng").equals(RNG)) {
      throw json.refuse("rng", "must be \"" + RNG + "\" but is \"" + json.requireString("rng") + "\"");
    }
  }

  /** The case's logits [R,V], stored or by the formula. */
  static Tensor logits(Case c) {
    Config formula = c.json().object("logits_formula");
    return formula != null
        ? formula(formula)
        : c.floats(c.json().requireString("logits")).requireAxes("logits", 2);
  }

  /** Logits that need not be stored: scale·(h/2²³ − 1), h the upper 24 bits of a hash of row and column. */
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
