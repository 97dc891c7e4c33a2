package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmthTest {

  @Test
  void coldForeverIsNeverWarm() {
    Warmth warmth = new Warmth(true);
    warmth.begins(Long.MAX_VALUE);
    warmth.did(Long.MAX_VALUE);
    assertThat(warmth.isCold()).isTrue();
  }

  @Test
  void aLargeCallIsNotComputedCold() {
    Warmth warmth = new Warmth();
    warmth.begins(2_000_000_000L);
    assertThat(warmth.isCold()).isFalse();
  }
}
