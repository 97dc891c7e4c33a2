package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.tensor.Mat;
import java.util.List;

/** Kind greedy: the most likely token, step by step, until two are too close for the reference to be sure. */
final class GreedyCheck {

  private GreedyCheck() {}

  static void run(Case c, Bench bench) {
    Config json = c.json();
    int[] prompt = json.requireInts("prompt");
    int[] expected = json.requireInts("expected");
    c.requireSome("prompt", prompt.length);
    c.requireSome("expected", expected.length);
    int steps = clearSteps(json, expected.length);
    checkStop(json, expected);
    List<EmbeddedRows> rows = CaseImages.rows(c, bench, prompt);
    bench.inEachRegime(json.requireString("checkpoint"), session -> {
      session.embed(rows);
      Mat logits = session.last(prompt);
      for (int step = 0; step < steps; step++) {
        int token = argmax(logits, step);
        if (token != expected[step]) {
          throw mismatch(step, logits, expected[step], token);
        }
        if (step + 1 < steps) {
          logits = session.last(token);
        }
      }
    });
  }

  /** How many steps come before the first near tie. */
  private static int clearSteps(Config json, int steps) {
    List<Object> margins = json.requireList("margins");
    double nearTie = json.requireDouble("near_tie");
    if (margins.size() != steps) {
      throw json.refuse("margins", "must be one a token of expected, " + steps + ", but are " + margins.size());
    }
    for (int step = 0; step < steps; step++) {
      if (!(margins.get(step) instanceof Number margin)) {
        throw json.refuse("margins", "must be numbers but one is " + margins.get(step));
      }
      if (margin.doubleValue() < nearTie) {
        return step;
      }
    }
    return steps;
  }

  /** The expected tokens end with the first of {@code stop}; others after it would be asked of nobody. */
  private static void checkStop(Config json, int[] expected) {
    int[] stop = json.has("stop") ? json.requireInts("stop") : new int[0];
    for (int step = 0; step < expected.length - 1; step++) {
      for (int token : stop) {
        if (expected[step] == token) {
          throw json.refuse("expected", "goes on after " + token + ", which is one of stop");
        }
      }
    }
  }

  /** The lowest of the ids with the largest logit. */
  private static int argmax(Mat logits, int step) {
    int best = 0;
    for (int i = 0; i < logits.cols(); i++) {
      if (Float.isNaN(logits.get(0, i))) {
        throw new Mismatch("step " + step + ": the logit of token " + i + " is NaN");
      }
      best = logits.get(0, i) > logits.get(0, best) ? i : best;
    }
    return best;
  }

  private static Mismatch mismatch(int step, Mat logits, int expected, int got) {
    if (expected < 0 || expected >= logits.cols()) {
      return Mismatch.of("step " + step, "token " + expected, "token " + got);
    }
    return new Mismatch("step %d: expected token %d (logit %s), got token %d (logit %s)".formatted(
        step, expected, logits.get(0, expected), got, logits.get(0, got)));
  }
}
