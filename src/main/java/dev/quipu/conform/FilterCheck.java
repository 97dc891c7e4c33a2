package dev.quipu.conform;

import dev.quipu.InvalidRequestException;
import dev.quipu.config.Config;
import dev.quipu.sample.FilteredSampler;
import dev.quipu.sample.Filters;
import dev.quipu.sample.LogitsProcessor;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.SamplerSettings;
import java.util.List;

/** Kind filter: logits through the processors, then log-probabilities through the filters; or parameters refused. */
final class FilterCheck {

  private FilterCheck() {}

  static void run(Case c, Bench bench) {
    Tensor logits = c.floats(c.json().requireString("logits")).requireAxes("logits", 2);
    if (c.json().has("error")) {
      refused(c, logits);
    } else {
      compared(c, logits);
    }
  }

  private static void refused(Case c, Tensor logits) {
    List<String> mentions = c.json().requireStrings("error");
    try {
      new Pipeline(c.json(), logits).run(new Randomness(0));
    } catch (InvalidRequestException e) {
      Refusal.requireMention(e.getMessage(), mentions);
      return;
    }
    throw new Mismatch("expected the parameters to be refused, they were accepted");
  }

  private static void compared(Case c, Tensor logits) {
    Tolerance tolerance = Tolerance.of(c);
    Config expected = c.json().requireObject("expected");
    Tensor processed = c.floats(expected.requireString("processed"));
    Tensor filtered = c.floats(expected.requireString("filtered"));
    Pipeline pipeline = new Pipeline(c.json(), logits);
    pipeline.run(new Randomness(c.json().has("seed") ? Sampling.seed(c.json()) : 0));
    tolerance.check(expected.requireString("processed"), pipeline.processed, processed);
    tolerance.check(expected.requireString("filtered"), pipeline.filtered, filtered);
  }

  /** The rows on their way through processors and filters. */
  private static final class Pipeline {

    private final Config json;
    private final Tensor processed; // [R, V]
    private final Tensor filtered; // [R, V]

    Pipeline(Config json, Tensor logits) {
      this.json = json;
      this.processed = logits;
      this.filtered = new Tensor(new float[logits.elements()], logits.shape());
    }

    void run(Randomness random) {
      int[] history = json.has("history") ? json.requireInts("history") : new int[0];
      Config sampler = json.requireObject("sampler");
      List<LogitsProcessor> processors = Sampling.penalties(json.requireObject("processors")).processors();
      SamplerSettings settings = Sampling.sampler(sampler, 1);
      settings.checkVocabulary(processed.cols());
      FilteredSampler filters = new FilteredSampler(settings);
      int vocabulary = processed.cols();
      for (int at = 0; at < processed.elements(); at += vocabulary) {
        for (LogitsProcessor processor : processors) {
          processor.apply(history, history.length, processed.values(), at, vocabulary);
        }
        float[] lp = new float[vocabulary];
        Filters.logProbabilities(lp, processed.values(), at, vocabulary);
        filters.filter(lp, new float[vocabulary], random);
        System.arraycopy(lp, 0, filtered.values(), at, vocabulary);
      }
    }
  }
}
