package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.Sampler;
import java.util.List;

/** Kind draw: a token from each row of logits, with the seed's random numbers; by one sampler, or by each of many. */
final class DrawCheck {

  private DrawCheck() {}

  static void run(Case c, Bench bench) {
    Sampling.requireRng(c.json());
    Tensor logits = Sampling.logits(c);
    if (!c.json().has("settings")) {
      draw(c, c.json(), logits, "");
      return;
    }
    List<Config> settings = c.json().requireObjects("settings");
    c.requireSome("settings", settings.size());
    for (int i = 0; i < settings.size(); i++) {
      draw(c, settings.get(i), logits, "setting " + i + ", ");
    }
  }

  private static void draw(Case c, Config json, Tensor logits, String where) {
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
        throw Mismatch.of(where + "row " + r, "token " + expected[r], "token " + token);
      }
    }
  }
}
