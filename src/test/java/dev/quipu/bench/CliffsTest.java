package dev.quipu.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.ops.Roofs;
import java.util.List;
import org.junit.jupiter.api.Test;

class CliffsTest {

  private static final Roofs ROOFS = new Roofs(20e9, 100e9);

  /** 100 passes of a token each, of a GB and 2 GFLOP. */
  private static List<String> warnings(double garbage, double... samples) {
    Work.Amount amount = new Work.Amount(100, 100e9, 200e9);
    return Cliffs.of(new Result(Workload.generation(100, 0), samples, amount, garbage, 0), ROOFS);
  }

  @Test
  void aNormalTestHasNone() {
    assertThat(warnings(200, 12, 10, 7)).isEmpty();
    assertThat(Cliffs.of(ROOFS, 2)).isEmpty();
  }

  @Test
  void aRepetitionAtLessThanHalfTheSpeed() {
    assertThat(warnings(200, 12, 10, 5.9)).singleElement().asString()
        .startsWith("tg100: the slowest repetition ran at 49 %");
  }

  @Test
  void vectorsOnTheHeap() {
    assertThat(warnings(40e6, 12)).singleElement().asString().startsWith("tg100: 40.0 MB of garbage a token");
  }

  @Test
  void plainLoopsMayMakeGarbageAndBeSlow() {
    Work.Amount amount = new Work.Amount(100, 100e9, 200e9);
    Result result = new Result(Workload.generation(100, 0), new double[] {0.1}, amount, 1e6, 0);
    assertThat(Cliffs.of(result, null)).isEmpty();
  }

  @Test
  void farBelowBothRoofs() {
    assertThat(warnings(200, 0.5)).singleElement().asString().startsWith("tg100: 2.5 % of the nearest roof");
    Work.Amount small = new Work.Amount(100, 1e6, 1e6); // 2 ms a pass: threads wait for each other
    Result result = new Result(Workload.generation(100, 0), new double[] {500}, small, 0, 0);
    assertThat(Cliffs.of(result, ROOFS)).isEmpty();
  }

  @Test
  void vectorsThatAreNotCompiled() {
    assertThat(Cliffs.of(new Roofs(1e9, 0.5e9), 2)).singleElement().asString().contains("reach 0.25 GFLOP/s a thread");
  }
}
