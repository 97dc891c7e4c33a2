package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.ops.Ops;
import dev.quipu.sample.LogitsProcessor;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.Sampler;
import dev.quipu.sample.TopLogprobs;
import java.util.Arrays;
import java.util.List;

/**
 * Kind sequence: token after token, each from a row of logits, as mlx-lm's generate_step makes them. The history grows
 * by every token; log-probabilities are those after the processors, before filters and temperature.
 */
final class SequenceCheck {

  private final Ops ops;
  private final Tolerance tolerance;
  private final Tensor logits; // [S, V], in the end as the processors leave them
  private final int[] tokens;
  private int count;
  private final List<LogitsProcessor> processors;
  private final Sampler sampler;
  private final Randomness random;
  private final int topN;

  private SequenceCheck(Case c, Ops ops) {
    Config json = c.json();
    this.ops = ops;
    tolerance = Tolerance.of(c);
    logits = Sampling.logits(c);
    int[] history = json.requireInts("history");
    count = history.length;
    tokens = Arrays.copyOf(history, count + logits.shape()[0]);
    processors = Sampling.penalties(json.requireObject("processors")).processors();
    Config parameters = json.requireObject("sampler");
    sampler = Sampler.of(Sampling.sampler(parameters, parameters.requireDouble("temp")));
    random = new Randomness(Sampling.seed(json));
    topN = json.requireInt("top_n");
  }

  static void run(Case c, Bench bench) {
    Sampling.requireRng(c.json());
    SequenceCheck check = new SequenceCheck(c, bench.ops());
    List<Config> expected = c.json().requireObjects("expected");
    c.requireSome("expected", expected.size());
    int rows = check.logits.shape()[0];
    if (expected.size() != rows) {
      throw c.json().refuse("expected", "must be a token a row, " + rows + ", but are " + expected.size());
    }
    for (int step = 0; step < rows; step++) {
      check.step(step, expected.get(step));
    }
    String processed = c.json().requireString("processed");
    check.tolerance.check(processed, check.logits, c.floats(processed));
  }

  private void step(int step, Config expected) {
    int vocabulary = logits.cols();
    int offset = step * vocabulary;
    for (LogitsProcessor processor : processors) {
      processor.apply(tokens, count, logits.values(), offset, vocabulary);
    }
    int token = sampler.next(logits.values(), offset, vocabulary, random);
    if (token != expected.requireInt("token")) {
      throw Mismatch.of("step " + step, "token " + expected.requireInt("token"), "token " + token);
    }
    tokens[count++] = token;
    float logSumExp = ops.logSumExp(logits.mat(), step);
    tolerance.check("step " + step + ", logprob", logits.values()[offset + token] - logSumExp,
        expected.requireDouble("logprob"));
    compare("step " + step + ", top", TopLogprobs.of(logits.values(), offset, vocabulary, logSumExp, topN), expected);
  }

  private void compare(String where, TopLogprobs got, Config expected) {
    int[] ids = expected.requireInts("top_ids");
    List<Object> logprobs = expected.requireList("top_logprobs");
    if (got.size() != ids.length || logprobs.size() != ids.length) {
      throw Mismatch.of(where, ids.length + " tokens and " + logprobs.size() + " logprobs", got.size());
    }
    for (int rank = 0; rank < ids.length; rank++) {
      String at = where + " [" + rank + "]";
      if (got.id(rank) != ids[rank]) {
        throw Mismatch.of(at, "token " + ids[rank], "token " + got.id(rank));
      }
      tolerance.check(at, got.logprob(rank), ((Number) logprobs.get(rank)).doubleValue());
    }
  }
}
