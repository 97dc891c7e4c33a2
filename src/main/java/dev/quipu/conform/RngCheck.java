package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.sample.Filters;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.Threefry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Kind rng: MLX's random numbers, all exact. */
final class RngCheck {

  private RngCheck() {}

  static void run(Case c, Bench bench) {
    List<Config> checks = c.json().requireObjects("checks");
    c.requireSome("checks", checks.size());
    for (int i = 0; i < checks.size(); i++) {
      String where = "check " + i + ", " + checks.get(i).requireString("fn");
      compare(where, checks.get(i).requireList("expected"), result(checks.get(i)));
    }
  }

  private static List<?> result(Config check) {
    String fn = check.requireString("fn");
    return switch (fn) {
      case "key" -> words(Sampling.seed(check));
      case "split" -> split(Sampling.seed(check), check.requireInt("num"));
      case "bits" -> each(Threefry.bits(Sampling.seed(check), check.requireInt("n")), Integer::toUnsignedLong);
      case "uniform" -> each(Threefry.bits(Sampling.seed(check), check.requireInt("n")), Threefry::uniform);
      case "global_uniform" -> globalUniforms(new Randomness(Sampling.seed(check)), check.requireInt("steps"));
      case "categorical" -> categorical(check);
      default -> throw new Mismatch("unknown fn \"" + fn
          + "\"; known: key, split, bits, uniform, global_uniform, categorical");
    };
  }

  /** A key as its two words, the high one first. */
  private static List<Long> words(long key) {
    return List.of(key >>> 32, key & 0xffff_ffffL);
  }

  private static List<Object> split(long seed, int num) {
    List<Object> keys = new ArrayList<>();
    for (long key : Threefry.split(seed, num)) {
      keys.add(words(key));
    }
    return keys;
  }

  private static List<Object> each(int[] words, IntFunction<Object> number) {
    List<Object> numbers = new ArrayList<>();
    for (int word : words) {
      numbers.add(number.apply(word));
    }
    return numbers;
  }

  private static List<Object> globalUniforms(Randomness random, int steps) {
    List<Object> numbers = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      numbers.add(random.uniform());
    }
    return numbers;
  }

  private static List<Object> categorical(Config check) {
    List<Object> stored = check.requireList("logits");
    float[] logits = new float[stored.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = ((Number) stored.get(i)).floatValue();
    }
    List<Object> tokens = new ArrayList<>();
    for (Object seed : check.requireList("seeds")) {
      float u = Threefry.uniform(Threefry.bits(((Number) seed).longValue(), 1)[0]);
      tokens.add((long) Filters.draw(logits, logits.length, 1, u, new float[logits.length]));
    }
    return tokens;
  }

  private static void compare(String where, List<?> expected, List<?> got) {
    if (expected.size() != got.size()) {
      throw Mismatch.of(where, expected.size() + " numbers", got.size());
    }
    for (int i = 0; i < got.size(); i++) {
      String at = where + " [" + i + "]";
      if (expected.get(i) instanceof List<?> inner && got.get(i) instanceof List<?> gotInner) {
        compare(at, inner, gotInner);
      } else if (!same(expected.get(i), got.get(i))) {
        throw Mismatch.of(at, expected.get(i), got.get(i));
      }
    }
  }

  private static boolean same(Object expected, Object got) {
    return switch (got) {
      case Float f -> expected instanceof Number n && n.floatValue() == f;
      case Long l -> expected instanceof Number n && n.longValue() == l && n.doubleValue() == l;
      default -> false;
    };
  }
}
