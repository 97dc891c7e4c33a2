package dev.quipu.schemabench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DurationsTest {

  @Test
  void theSmallestThatTheShareDoesNotExceed() {
    Durations durations = new Durations();
    assertThat(durations.quantile(1)).isZero();
    for (int i = 2000; i >= 1; i--) {
      durations.add(i);
    }
    assertThat(durations.quantile(0.5)).isEqualTo(1000);
    assertThat(durations.quantile(0.99)).isEqualTo(1980);
    assertThat(durations.quantile(1)).isEqualTo(2000);
    durations.add(5000);
    assertThat(durations.quantile(1)).isEqualTo(5000);
  }
}
