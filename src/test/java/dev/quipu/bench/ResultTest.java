package dev.quipu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ResultTest {

  private static Result of(double... samples) {
    return new Result(Workload.prompt(10, 0), samples, new Work.Amount(2, 500, 70), 0, 0);
  }

  @Test
  void statisticsByHand() {
    Result result = of(4, 1, 3, 2);
    assertThat(result.median()).isEqualTo(2.5);
    assertThat(result.mean()).isEqualTo(2.5);
    assertThat(result.standardDeviation()).isCloseTo(Math.sqrt(5 / 3.0), within(1e-12));
    assertThat(of(9, 1, 2).median()).isEqualTo(2);
    assertThat(of(9).standardDeviation()).isZero();
  }

  @Test
  void ratesAreThoseOfTheMedian() {
    Result result = of(4, 1, 3, 2); // 2.5 of 10 tokens a second
    assertThat(result.bytesPerSecond()).isEqualTo(125);
    assertThat(result.flopsPerSecond()).isEqualTo(17.5);
    assertThat(result.secondsOfPass()).isEqualTo(2);
  }

  @Test
  void testsAreCalledAsLlamaBenchCallsThem() {
    assertThat(Workload.prompt(512, 0).name()).isEqualTo("pp512");
    assertThat(Workload.generation(128, 4096).name()).isEqualTo("tg128@d4096");
    assertThat(Workload.generation(128, 0).times(8).name()).isEqualTo("tg128x8");
  }
}
