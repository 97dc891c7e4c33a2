package dev.quipu.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberSetTest {

  private static final List<BigDecimal> VALUES = values();

  /** Hundredths and a few others. */
  private static List<BigDecimal> values() {
    var values = new ArrayList<BigDecimal>();
    for (int i = -2_000; i <= 2_000; i++) {
      values.add(BigDecimal.valueOf(i, 2));
    }
    for (String other : List.of("159", "-951", "100.00", "1500", "1e3", "0.001", "-0.015", "1e9", "-1e9", "1e-9",
        "111000", "7e30", "-0")) {
      values.add(new BigDecimal(other));
    }
    return values;
  }

  @Test
  void membersAreThoseOfTheFormula() {
    for (int seed = 0; seed < 400; seed++) {
      RandomSets.Checked set = RandomSets.set(new Random(seed), 4);
      for (BigDecimal x : VALUES) {
        assertThat(set.set().contains(x, false)).as("%s: %s", set, x).isEqualTo(set.contains(x, false));
        if (x.stripTrailingZeros().scale() <= 0) {
          assertThat(set.set().contains(x, true)).as("%s: %s", set, x).isEqualTo(set.contains(x, true));
        }
      }
    }
  }

  @Test
  void anExampleIsAMemberAndThereIsOneUnlessTheSetIsEmpty() {
    for (int seed = 0; seed < 1_000; seed++) {
      RandomSets.Checked set = RandomSets.set(new Random(seed), 4);
      BigDecimal example = set.set().example();
      assertThat(example == null).as("%s", set).isEqualTo(set.set().isEmpty());
      if (example == null) {
        assertThat(VALUES).as("%s", set).noneMatch(x -> set.contains(x, false));
        assertThat(set.set()).isSameAs(NumberSet.NONE);
      } else {
        boolean integer = example.stripTrailingZeros().scale() <= 0;
        assertThat(set.contains(example, false) || integer && set.contains(example, true)).as("%s: %s", set, example)
            .isTrue();
      }
    }
  }

  @Test
  void formulasObeyTheLaws() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      NumberSet a = RandomSets.set(random, 2).set();
      NumberSet b = RandomSets.set(random, 1).set();
      try {
        assertSame(a.not().not(), a);
        assertSame(a.not().or(b.not()).not(), a.and(b));
        assertSame(a.and(b).or(a.and(b.not())), a);
        assertThat(a.and(a.not())).isSameAs(NumberSet.NONE);
        assertThat(a.or(a.not())).isSameAs(NumberSet.ALL);
        assertThat(a.and(b)).isEqualTo(b.and(a)).hasSameHashCodeAs(b.and(a));
      } catch (QuipuException tooComplex) {
        assertThat(tooComplex).hasMessageContaining("multipleOf");
      }
    }
  }

  private static void assertSame(NumberSet a, NumberSet b) {
    assertThat(a.and(b.not()).or(b.and(a.not())).isEmpty()).as("%s = %s", a, b).isTrue();
  }

  @Test
  void boundsThatSayNothingNewVanish() {
    NumberSet ten = NumberSet.atLeast(BigDecimal.TEN);
    assertThat(ten.and(NumberSet.atLeast(BigDecimal.ONE))).isEqualTo(ten);
    assertThat(ten.or(NumberSet.below(BigDecimal.TEN))).isSameAs(NumberSet.ALL);
    assertThat(NumberSet.multipleOf(new BigDecimal("2")).or(NumberSet.INTEGERS)).isSameAs(NumberSet.INTEGERS);
    assertThat(NumberSet.INTEGERS.or(NumberSet.WRITTEN_AS_INTEGER)).isSameAs(NumberSet.INTEGERS);
  }

  @Test
  void membersBetweenBoundsAreCounted() {
    for (int seed = 0; seed < 300; seed++) {
      RandomSets.Checked set = RandomSets.set(new Random(seed), 3);
      var bounded = set.set().and(NumberSet.above(new BigDecimal(-20))).and(NumberSet.below(new BigDecimal(20)))
          .and(NumberSet.multipleOf(new BigDecimal("0.01")));
      long count = VALUES.stream().filter(x -> x.abs().compareTo(new BigDecimal(20)) < 0)
          .filter(x -> x.stripTrailingZeros().scale() <= 2)
          .filter(x -> bounded.contains(x, false) || x.stripTrailingZeros().scale() <= 0 && bounded.contains(x, true))
          .map(BigDecimal::stripTrailingZeros).distinct().count();
      assertThat(bounded.count(10_000)).as("%s", set).isEqualTo(count);
      assertThat(bounded.count(7)).isEqualTo(Math.min(7, count));
    }
  }

  @Test
  void infiniteSetsCountUpToTheLimit() {
    assertThat(NumberSet.ALL.count(5)).isEqualTo(5);
    assertThat(NumberSet.INTEGERS.and(NumberSet.atLeast(BigDecimal.ONE)).count(5)).isEqualTo(5);
    assertThat(NumberSet.above(BigDecimal.ZERO).and(NumberSet.below(BigDecimal.ONE)).count(5)).isEqualTo(5);
    assertThat(NumberSet.NONE.count(5)).isZero();
  }

  /** From 114 to 126 each is divisible by 2, 3, 5, 7 or 11. */
  @Test
  void gapsOfNegatedMultiplesAreLookedThrough() {
    NumberSet coprime = NumberSet.INTEGERS;
    for (int prime : new int[] {2, 3, 5, 7, 11}) {
      coprime = coprime.and(NumberSet.multipleOf(BigDecimal.valueOf(prime)).not());
    }
    assertThat(between(coprime, 113, 127).isEmpty()).isTrue();
    assertThat(between(coprime, 113, 128).example()).isEqualByComparingTo("127");
    assertThat(between(coprime, 1, 13).isEmpty()).isTrue();
  }

  private static NumberSet between(NumberSet set, int above, int below) {
    return set.and(NumberSet.above(BigDecimal.valueOf(above))).and(NumberSet.below(BigDecimal.valueOf(below)));
  }

  @Test
  void whatIsTooComplexIsRefused() {
    assertThatThrownBy(() -> NumberSet.atLeast(new BigDecimal("1e501"))).isInstanceOf(QuipuException.class)
        .hasMessageContaining("minimum is a number of more than 500 digits");
    assertThatThrownBy(() -> NumberSet.multipleOf(new BigDecimal("1e-501"))).isInstanceOf(QuipuException.class);
    assertThatThrownBy(() -> NumberSet.multipleOf(BigDecimal.ZERO)).isInstanceOf(QuipuException.class);
    var big = new BigDecimal("7".repeat(450) + "1");
    var other = new BigDecimal("3".repeat(450) + "7");
    var third = new BigDecimal("9".repeat(450) + "1");
    assertThatThrownBy(
        () -> NumberSet.multipleOf(big).and(NumberSet.multipleOf(other)).and(NumberSet.multipleOf(third)))
        .isInstanceOf(QuipuException.class).hasMessageContaining("least common multiple");
    assertThatThrownBy(() -> {
      NumberSet set = NumberSet.ALL;
      for (int prime : new int[] {2, 3, 5, 7, 11, 13}) {
        set = set.and(NumberSet.multipleOf(BigDecimal.valueOf(prime)).not());
      }
    }).isInstanceOf(QuipuException.class).hasMessageContaining("different multipleOf");
  }

  @Test
  void aHugeExponentCostsNothing() {
    assertThat(NumberSet.multipleOf(new BigDecimal("7")).contains(new BigDecimal("7e999999"), false)).isTrue();
    assertThat(NumberSet.multipleOf(new BigDecimal("7")).contains(new BigDecimal("8e999999"), false)).isFalse();
    assertThat(NumberSet.INTEGERS.contains(new BigDecimal("1e-999999"), false)).isFalse();
    assertThat(NumberSet.atLeast(new BigDecimal("3")).contains(new BigDecimal("1e999999"), false)).isTrue();
  }
}
