package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.InvalidRequestException;
import dev.quipu.config.Config;
import dev.quipu.support.Golden;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of kinds filter, draw and rng: MLX's and mlx-lm's own results. */
class SamplingGoldenTest {

  static List<Golden> filters() {
    return Golden.cases("filter");
  }

  static List<Golden> draws() {
    return Golden.cases("draw");
  }

  static List<Golden> randomNumbers() {
    return Golden.cases("rng");
  }

  @ParameterizedTest
  @MethodSource("filters")
  void filtersAgree(Golden golden) {
    float[][] logits = golden.rows("logits");
    if (golden.json().has("error")) {
      assertThatThrownBy(() -> filter(golden, logits[0], new Randomness(0))).isInstanceOf(InvalidRequestException.class)
          .message().containsIgnoringCase((String) golden.json().list("error").getFirst());
      return;
    }
    Config expected = golden.json().object("expected");
    float[][] processed = golden.rows(expected.requireString("processed"));
    float[][] filtered = golden.rows(expected.requireString("filtered"));
    Randomness random = new Randomness(seed(golden.json()));
    for (int r = 0; r < logits.length; r++) {
      float[] lp = filter(golden, logits[r], random);
      assertClose(golden, "processed row " + r, logits[r], processed[r]);
      assertClose(golden, "filtered row " + r, lp, filtered[r]);
    }
  }

  @ParameterizedTest
  @MethodSource("draws")
  void drawsAgree(Golden golden) {
    Config formula = golden.json().object("logits_formula");
    float[][] logits = formula == null ? golden.rows("logits") : formula(formula);
    Sampler sampler = Sampler.of(settings(golden.json().object("sampler")));
    Randomness random = new Randomness(seed(golden.json()));
    int[] drawn = new int[logits.length];
    for (int r = 0; r < drawn.length; r++) {
      drawn[r] = sampler.next(logits[r], 0, logits[r].length, random);
    }
    assertThat(drawn).isEqualTo(golden.ints("expected"));
  }

  @ParameterizedTest
  @MethodSource("randomNumbers")
  void randomNumbersAgree(Golden golden) {
    for (Object check : golden.json().list("checks")) {
      Config c = Config.of(golden.id(), check);
      assertThat(result(c)).as(check.toString()).isEqualTo(widened(c.list("expected")));
    }
  }

  private static Object result(Config check) {
    return switch (check.requireString("fn")) {
      case "key" -> words(new long[] {seed(check)}).getFirst();
      case "split" -> words(Threefry.split(seed(check), check.requireInt("num")));
      case "bits" -> unsigned(Threefry.bits(seed(check), check.requireInt("n")));
      case "uniform" -> uniforms(Threefry.bits(seed(check), check.requireInt("n")));
      case "global_uniform" -> globalUniforms(new Randomness(seed(check)), check.requireInt("steps"));
      case "categorical" -> categorical(check);
      default -> throw new IllegalStateException("unknown fn in " + check.name());
    };
  }

  private static long seed(Config json) {
    return json.get("seed") instanceof Number seed ? seed.longValue() : 0;
  }

  private static List<Object> words(long[] keys) {
    return Arrays.stream(keys).<Object>mapToObj(k -> List.of((double) (k >>> 32), (double) (k & 0xffff_ffffL)))
        .toList();
  }

  private static List<Double> unsigned(int[] words) {
    return Arrays.stream(words).mapToObj(w -> (double) Integer.toUnsignedLong(w)).toList();
  }

  private static List<Double> uniforms(int[] words) {
    return Arrays.stream(words).mapToObj(w -> (double) Threefry.uniform(w)).toList();
  }

  private static List<Double> globalUniforms(Randomness random, int steps) {
    return Stream.generate(() -> (double) random.uniform()).limit(steps).toList();
  }

  private static List<Double> categorical(Config check) {
    float[] logits = floats(check.list("logits"));
    return check.list("seeds").stream().map(seed -> {
      float u = Threefry.uniform(Threefry.bits((Long) seed, 1)[0]);
      return (double) Filters.draw(logits, logits.length, 1, u, new float[logits.length]);
    }).toList();
  }

  // whole numbers and fractions alike as doubles, so that lists compare
  private static Object widened(Object value) {
    return value instanceof List<?> list ? list.stream().map(SamplingGoldenTest::widened).toList()
        : ((Number) value).doubleValue();
  }

  private static float[] floats(List<Object> numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Number) numbers.get(i)).floatValue();
    }
    return floats;
  }

  /** Processors, in place, then log-probabilities and filters. */
  private static float[] filter(Golden golden, float[] logits, Randomness random) {
    int[] history = golden.ints("history");
    for (LogitsProcessor processor : penalties(golden.json().object("processors")).processors()) {
      processor.apply(history, history.length, logits, 0, logits.length);
    }
    float[] lp = new float[logits.length];
    Filters.logProbabilities(lp, logits, 0, lp.length);
    SamplerSettings settings = settings(golden.json().object("sampler"));
    settings.checkVocabulary(lp.length);
    new FilteredSampler(settings).filter(lp, new float[lp.length], random);
    return lp;
  }

  private static SamplerSettings settings(Config s) {
    List<Object> special = s.list("xtc_special_tokens");
    return new SamplerSettings(s.doubleValue("temp", 1), s.doubleValue("top_p", 0), s.doubleValue("min_p", 0),
        s.intValue("min_tokens_to_keep", 1), s.intValue("top_k", 0), s.doubleValue("xtc_probability", 0),
        s.doubleValue("xtc_threshold", 0.1),
        special == null ? List.of() : special.stream().map(id -> ((Long) id).intValue()).toList());
  }

  private static PenaltySettings penalties(Config p) {
    Map<Integer, Double> bias = new HashMap<>();
    Config biases = p.object("logit_bias");
    if (biases != null) {
      biases.keys().forEach(id -> bias.put(Integer.valueOf(id), biases.requireDouble(id)));
    }
    return new PenaltySettings(bias, p.doubleValue("repetition_penalty", 0), p.intValue("repetition_context_size", 20),
        p.doubleValue("presence_penalty", 0), p.intValue("presence_context_size", 20),
        p.doubleValue("frequency_penalty", 0), p.intValue("frequency_context_size", 20));
  }

  // tools/make_sampling_goldens.py, formula_logits
  private static float[][] formula(Config formula) {
    float[][] logits = new float[formula.requireInt("rows")][formula.requireInt("vocabulary")];
    for (int r = 0; r < logits.length; r++) {
      for (int i = 0; i < logits[r].length; i++) {
        int word = (int) (i * 2654435761L + r * 2246822519L);
        logits[r][i] = (float) (formula.requireInt("scale") * ((word >>> 8) / 0x1p23 - 1));
      }
    }
    return logits;
  }

  private static void assertClose(Golden golden, String what, float[] got, float[] want) {
    Config tolerance = golden.json().object("tolerance");
    assertThat(got).as(what).hasSameSizeAs(want);
    for (int i = 0; i < got.length; i++) {
      if (Float.isInfinite(want[i])) {
        assertThat(got[i]).as(what + ", id " + i).isEqualTo(want[i]);
      } else {
        double allowed = tolerance.requireDouble("atol") + tolerance.requireDouble("rtol") * Math.abs(want[i]);
        assertThat((double) got[i]).as(what + ", id " + i).isCloseTo(want[i], within(allowed));
      }
    }
  }
}
