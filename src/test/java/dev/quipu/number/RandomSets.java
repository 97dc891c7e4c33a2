package dev.quipu.number;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.QuipuException;
import java.math.BigDecimal;
import java.util.Random;
import java.util.function.BiPredicate;

/** Small sets with what they mean, in plain arithmetic. */
final class RandomSets {

  private static final String[] BOUNDS = {"0", "1", "-1", "5", "9.5", "10", "-15", "0.5", "0.05", "-0.015", "100",
      "159", "1500", "-951", "1e3", "1e-3", "59.1"};
  private static final String[] DIVISORS = {"1", "0.5", "5", "2", "3", "0.1", "0.01", "7", "0.25", "15", "10", "100",
      "0.7", "1.5", "37", "0.08"};

  /** A set, and whether a number belongs. */
  record Checked(String name, NumberSet set, BiPredicate<BigDecimal, Boolean> meaning) {

    boolean contains(BigDecimal value, boolean asInteger) {
      return meaning.test(value, asInteger);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** One that is not refused for its many multiples. */
  static Checked set(Random random, int depth) {
    while (true) {
      try {
        return formula(random, depth);
      } catch (QuipuException tooComplex) {
        assertThat(tooComplex).hasMessageContaining("multipleOf");
      }
    }
  }

  private static Checked formula(Random random, int depth) {
    if (depth == 0 || random.nextInt(5) == 0) {
      return atom(random);
    }
    Checked a = formula(random, depth - 1);
    if (random.nextInt(4) == 0) {
      return new Checked("not(" + a + ")", a.set().not(), (x, i) -> !a.contains(x, i));
    }
    Checked b = formula(random, depth - 1);
    return random.nextInt(3) == 0
        ? new Checked("(" + a + " or " + b + ")", a.set().or(b.set()), (x, i) -> a.contains(x, i) || b.contains(x, i))
        : new Checked("(" + a + " and " + b + ")", a.set().and(b.set()),
            (x, i) -> a.contains(x, i) && b.contains(x, i));
  }

  private static Checked atom(Random random) {
    var bound = new BigDecimal(BOUNDS[random.nextInt(BOUNDS.length)]);
    var divisor = new BigDecimal(DIVISORS[random.nextInt(DIVISORS.length)]);
    return switch (random.nextInt(10)) {
      case 0, 1 -> new Checked(">= " + bound, NumberSet.atLeast(bound), (x, i) -> x.compareTo(bound) >= 0);
      case 2 -> new Checked("> " + bound, NumberSet.above(bound), (x, i) -> x.compareTo(bound) > 0);
      case 3, 4 -> new Checked("<= " + bound, NumberSet.atMost(bound), (x, i) -> x.compareTo(bound) <= 0);
      case 5 -> new Checked("< " + bound, NumberSet.below(bound), (x, i) -> x.compareTo(bound) < 0);
      case 6 -> new Checked("= " + bound, NumberSet.equalTo(bound), (x, i) -> x.compareTo(bound) == 0);
      case 7 -> random.nextBoolean()
          ? new Checked("written", NumberSet.WRITTEN_AS_INTEGER, (x, i) -> i)
          : new Checked("integer", NumberSet.INTEGERS, (x, i) -> x.stripTrailingZeros().scale() <= 0);
      default -> new Checked("% " + divisor, NumberSet.multipleOf(divisor),
          (x, i) -> x.remainder(divisor).signum() == 0);
    };
  }

  private RandomSets() {
  }
}
