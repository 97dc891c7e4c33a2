package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A drawn token makes no garbage, with all filters on. */
class SamplerAllocationTest {

  private static final int VOCABULARY = 20_000;

  @Test
  void aTokenDrawnThroughEveryFilterAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Sampler sampler = new FilteredSampler(new SamplerSettings(0.8, 0.95, 0.01, 2, 500, 0.5, 0.1, List.of(3)));
    Randomness randomness = new Randomness(7);
    Random random = new Random(7);
    float[] logits = new float[VOCABULARY];
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 2_000 && least > 0; round++) {
      for (int i = 0; i < VOCABULARY; i++) {
        logits[i] = (float) random.nextGaussian() * 3;
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      sampler.next(logits, 0, VOCABULARY, randomness);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes").isZero();
  }
}
