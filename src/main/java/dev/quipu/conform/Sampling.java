package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parameters of sampling, from a case to the engine; mlx-lm's defaults for those that are absent. */
final class Sampling {

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
}
