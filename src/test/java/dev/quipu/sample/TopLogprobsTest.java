package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopLogprobsTest {

  private static final float FORBIDDEN = Float.NEGATIVE_INFINITY;

  @Test
  void theMostLikelyComeFirst() {
    float[] logits = {9, (float) Math.log(.1), (float) Math.log(.6), (float) Math.log(.25), (float) Math.log(.05), 9};
    TopLogprobs top = TopLogprobs.of(logits, 1, 4, 0, 3);
    assertThat(ids(top)).containsExactly(1, 2, 0);
    assertThat(logprobs(top)).containsExactly(new float[] {-.510826f, -1.386294f, -2.302585f}, within(2e-6f));
  }

  @Test
  void ofEqualsTheLowerIdComesFirst() {
    float[] logits = {1, 3, 2, 3, 2, 3, 2};
    assertThat(ids(TopLogprobs.of(logits, 0, 7, 0, 2))).containsExactly(1, 3);
    assertThat(ids(TopLogprobs.of(logits, 0, 7, 0, 5))).containsExactly(1, 3, 5, 2, 4);
    assertThat(ids(TopLogprobs.of(new float[9], 0, 9, 0, 4))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void tokensThatCannotComeAreLeftOut() {
    float[] logits = {FORBIDDEN, -7, FORBIDDEN, FORBIDDEN, 2, FORBIDDEN};
    assertThat(ids(TopLogprobs.of(logits, 0, 6, 0, 4))).containsExactly(4, 1);
    assertThat(ids(TopLogprobs.of(logits, 0, 6, 0, 1))).containsExactly(4);
    assertThat(TopLogprobs.of(logits, 0, 1, 0, 3).size()).isZero();
  }

  @Test
  void noneMayBeWantedAndNoMoreThanThereAre() {
    assertThat(TopLogprobs.of(new float[] {1, 2}, 0, 2, 0, 0).size()).isZero();
    assertThat(ids(TopLogprobs.of(new float[] {1, 2}, 0, 2, 0, 99))).containsExactly(1, 0);
  }

  @Test
  void anyRowIsOrderedAsByASort() {
    SplittableRandom random = new SplittableRandom(4711);
    for (int round = 0; round < 300; round++) {
      int vocabulary = random.nextInt(1, 200);
      float[] logits = new float[vocabulary];
      for (int i = 0; i < vocabulary; i++) {
        logits[i] = Math.round(random.nextGaussian() * (1 + round % 40));
      }
      int n = random.nextInt(0, vocabulary + 1);
      int[] sorted = IntStream.range(0, vocabulary).boxed()
          .sorted(Comparator.comparing((Integer id) -> -logits[id]).thenComparing(id -> id))
          .limit(n).mapToInt(id -> id).toArray();
      assertThat(ids(TopLogprobs.of(logits, 0, vocabulary, 0, n))).isEqualTo(sorted);
    }
  }

  @Test
  void onlyTheResultIsAllocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SplittableRandom random = new SplittableRandom(4711);
    float[] logits = new float[50_000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      TopLogprobs.of(logits, 0, logits.length, 0, 10);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes: two arrays of ten and their holder").isLessThanOrEqualTo(2 * 56 + 24);
  }

  private static int[] ids(TopLogprobs top) {
    return IntStream.range(0, top.size()).map(top::id).toArray();
  }

  private static float[] logprobs(TopLogprobs top) {
    float[] logprobs = new float[top.size()];
    for (int rank = 0; rank < logprobs.length; rank++) {
      logprobs[rank] = top.logprob(rank);
    }
    return logprobs;
  }
}
