package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Which weights are rehearsed, and how often a kernel is called then. */
class RehearsalTest {

  private static final int IN = 13; // of no other test: what was rehearsed once is so for the whole virtual machine

  @Test
  void eachFormatAndLengthIsDueOnce() {
    Rehearsal rehearsal = new Rehearsal(false);
    assertThat(rehearsal.isDueFor(dense(DType.F32, IN))).isTrue();
    assertThat(rehearsal.isDueFor(dense(DType.F32, IN))).as("another weight of the kind").isFalse();
    assertThat(new Rehearsal(false).isDueFor(dense(DType.F32, IN))).as("in other operations").isFalse();
    assertThat(rehearsal.isDueFor(dense(DType.BF16, IN))).as("another kernel").isTrue();
    assertThat(rehearsal.isDueFor(dense(DType.F32, IN + 2))).as("another length").isTrue();
    assertThat(new Rehearsal(true).isDueFor(dense(DType.F32, IN))).as("for several rows of x").isTrue();
  }

  /** HotSpot's thresholds are 200 calls (tier 3) and 5,000 (tier 4). */
  @Test
  void kernelIsCalledUntilItIsHot() {
    int[] calls = new int[2];
    new Rehearsal(false).run(rows -> calls[rows]++);
    assertThat(calls[0] + calls[1]).isGreaterThan(5_200);
    assertThat(calls[1]).isBetween(1, calls[0] / 50);
  }

  private static Weight dense(DType dtype, int in) {
    return new Weight.Dense(dtype, MemorySegment.ofArray(new byte[in * dtype.bytes()]), 1, in);
  }
}
