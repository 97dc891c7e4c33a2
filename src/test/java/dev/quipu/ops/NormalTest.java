package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalTest {

  /** Python: math.erfc(-x / math.sqrt(2)) / 2. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.5", "1, 0.8413447460685429", "-1, 0.15865525393145707", "2.999, 0.9986456634662729",
    "-2.999, 0.0013543365337271066", "-3, 0.0013498980316300957", "3, 0.9986501019683699",
    "-6, 9.865876450376981e-10", "-10, 7.61985302416047e-24", "9, 1"
  })
  void theShareBelowIsThatOfTheErrorFunction(double x, double expected) {
    assertThat(Normal.below(x)).isCloseTo(expected, within(1e-13 * expected));
  }
}
