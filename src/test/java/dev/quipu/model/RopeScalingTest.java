package dev.quipu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Periods (1 / frequency) for heads of 16 channels, as mlx-lm 0.32.2 computes them in float32. */
class RopeScalingTest {

  private static final double FLOAT32_ERROR = 3e-6;

  @Test
  void llama3SlowsThePairsThatTurnSlowly() {
    RopeScaling scaling = new RopeScaling.Llama3(32, 1, 4, 8192);
    assertPeriods(scaling, 5e5, 1, 5.1566925, 26.5914803, 137.124084, 2327.98145, 116682.633, 601696.5, 3102764);
  }

  @Test
  void yarnRampsFromUnscaledToSlowed() {
    RopeScaling scaling = new RopeScaling.Yarn(16, 16384, 32, 1, 1, 1);
    assertPeriods(
        scaling, 1e6, 1, 5.62341309, 31.622776, 258.658844, 2666.66699, 89974.6094, 505964.438, 2845247);
    assertThat(scaling.inputScale()).isEqualTo(1);
  }

  @Test
  void yarnScalesTheInputsUnlessBothMagnitudesAreThere() {
    RopeScaling scaling = new RopeScaling.Yarn(16, 16384, 32, 1, 1, 0);
    assertThat(scaling.inputScale()).isCloseTo(1.27725887, within(1e-8));
  }

  @Test
  void proportionalLeavesTheLastPairsAlone() {
    double[] frequencies = new RopeScaling.Proportional(0.25, 1).frequencies(16, 1e6, 0);
    assertThat(1 / frequencies[1]).isCloseTo(5.62341309, within(1e-5));
    assertThat(frequencies).endsWith(0, 0, 0, 0, 0, 0);
  }

  @Test
  void anOddShareOfChannelsTurnsItsLastOneToo() {
    double[] frequencies = new RopeScaling.Proportional(0.25, 1).frequencies(20, 1e6, 0); // arange(0, 5, 2): 3 pairs
    assertThat(1 / frequencies[2]).isCloseTo(Math.pow(1e6, 0.2), within(1e-9));
    assertThat(frequencies).endsWith(0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void longRopeUsesTheLongFactorsAlways() {
    RopeScaling scaling = new RopeScaling.LongRope(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 131072, 4096);
    assertPeriods(scaling, 1e4, 1, 6.3245554, 30, 126.491104, 500, 1897.36646, 7000, 25298.2207);
    assertThat(scaling.inputScale()).isCloseTo(1.19023807, within(1e-8));
  }

  @Test
  void linearDividesPositions() {
    double[] frequencies = new RopeScaling.Linear(8).frequencies(4, 1e6, 0);
    assertThat(frequencies[0]).isEqualTo(1 / 8.0);
    assertThat(frequencies[1]).isCloseTo(1e-3 / 8, within(1e-12));
  }

  @Test
  void dynamicGrowsTheBaseOnlyBeyondTheOriginalContext() {
    RopeScaling scaling = new RopeScaling.Dynamic(2, 100);
    assertThat(scaling.frequencies(4, 1e4, 60)).isEqualTo(scaling.frequencies(4, 1e4, 100));
    assertThat(scaling.dependsOnLength(100)).isFalse();
    assertThat(scaling.dependsOnLength(101)).isTrue();
    // 200 of 100 positions: base · (2·2 − 1)^(4/2) = 9 · base; pair 1 of 2 turns by base^−½
    assertThat(scaling.frequencies(4, 1e4, 200)[1]).isCloseTo(1 / 300.0, within(1e-12));
  }

  private static void assertPeriods(RopeScaling scaling, double base, double... expected) {
    double[] frequencies = scaling.frequencies(2 * expected.length, base, 0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(1 / frequencies[i]).as("pair %d", i).isCloseTo(expected[i], within(expected[i] * FLOAT32_ERROR));
    }
  }
}
