package dev.quipu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.tensor.Rotation;
import org.junit.jupiter.api.Test;

class RopeTest {

  /** 100,000 · 10^−0.4, less whole turns, in 50 digits; in float32 the angle is off by 0.0017. */
  @Test
  void anglesFarOutAreExact() {
    Rotation rotation = new Rotation(1, 20, false);
    double[] frequencies = new RopeScaling.None().frequencies(20, 10_000, 0);
    Rope.turn(rotation, 0, 1, 100_000, frequencies, 1);
    assertThat(rotation.cos()[1]).isCloseTo(0.89828341f, within(1e-7f));
    assertThat(rotation.sin()[1]).isCloseTo(0.43941656f, within(1e-7f));
  }
}
