package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final SamplerSettings ALL = new SamplerSettings(.8, .95, .001, 2, 40, .5, .05, List.of(1, 2));

  @Test
  void greedyTakesTheLikeliestAndNoRandomness() {
    Randomness random = new Randomness(42);
    assertThat(Sampler.of(SamplerSettings.GREEDY).next(new float[] {9, 1, 4, 4, 9}, 1, 3, random)).isEqualTo(1);
    assertThat(random.uniform()).isEqualTo(new Randomness(42).uniform());
  }

  @Test
  void rowMayLieInsideALargerArrayAndIsNotChanged() {
    float[] row = logits(50, 1);
    float[] rows = new float[150];
    System.arraycopy(row, 0, rows, 50, 50);
    float[] before = rows.clone();
    int alone = Sampler.of(ALL).next(row, 0, 50, new Randomness(3));
    assertThat(Sampler.of(ALL).next(rows, 50, 50, new Randomness(3))).isEqualTo(alone);
    assertThat(rows).isEqualTo(before);
  }

  @Test
  void drawsFollowTheDistribution() {
    float[] logits = {(float) Math.log(.1), (float) Math.log(.6), (float) Math.log(.3)};
    Sampler sampler = Sampler.of(new SamplerSettings(1, 0, 0, 1, 0, 0, .1, List.of()));
    Randomness random = new Randomness(4711);
    int[] counts = new int[3];
    for (int i = 0; i < 10_000; i++) {
      counts[sampler.next(logits, 0, 3, random)]++;
    }
    // four standard deviations of a binomial of 10,000
    assertThat(counts[0]).isBetween(880, 1120);
    assertThat(counts[1]).isBetween(5804, 6196);
    assertThat(counts[2]).isBetween(2817, 3183);
  }

  @Test
  void distributionIsWhatIsDrawnFrom() {
    float[] logits = {7, (float) Math.log(.1), (float) Math.log(.5), (float) Math.log(.05), (float) Math.log(.35), 7};
    float[] out = new float[5];
    distributions(.5, .9, 0).distribution(logits, 1, 4, new Randomness(0), out);
    // top-p drops the last, and a temperature of 1/2 squares what is left: 1 : 25 : 12.25
    assertThat(out).containsExactly(new float[] {1 / 38.25f, 25 / 38.25f, 0, 12.25f / 38.25f, 0}, within(1e-6f));
    assertThat(logits[0]).isEqualTo(7);
  }

  @Test
  void distributionTakesTheNumbersOfTheFiltersOnly() {
    float[] logits = logits(50, 1);
    Randomness filtered = new Randomness(3);
    distributions(1, .9, .5).distribution(logits, 0, 50, filtered, new float[50]);
    Randomness expected = new Randomness(3);
    expected.uniform(); // XTC's
    assertThat(filtered.uniform()).isEqualTo(expected.uniform());
    Randomness unused = new Randomness(3);
    distributions(1, .9, 0).distribution(logits, 0, 50, unused, new float[50]);
    assertThat(unused.uniform()).isEqualTo(new Randomness(3).uniform());
  }

  @Test
  void drawsAreThoseOfTheDistribution() {
    float[] logits = logits(64, 2);
    DistributionSampler sampler = distributions(.7, .95, .5);
    for (int seed = 0; seed < 200; seed++) {
      float[] out = new float[64];
      Randomness random = new Randomness(seed);
      sampler.distribution(logits, 0, 64, random, out);
      float u = random.uniform();
      int token = sampler.next(logits, 0, 64, new Randomness(seed));
      double below = IntStream.range(0, token).mapToDouble(i -> out[i]).sum();
      assertThat((double) u).isBetween(below - 1e-5, below + out[token] + 1e-5);
    }
  }

  @Test
  void greedyDistributionIsOneToken() {
    float[] out = {9, 9, 9, 9};
    Sampler.of(SamplerSettings.GREEDY).distribution(new float[] {8, 1, 4, 4}, 1, 3, new Randomness(0), out);
    assertThat(out).containsExactly(0, 1, 0, 9);
  }

  @Test
  void rowWithNothingToChooseIsRefused() {
    float[] none = new float[5];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    SamplerSettings filtered = new SamplerSettings(1, .5, .1, 2, 3, 1, .1, List.of());
    for (SamplerSettings settings : List.of(SamplerSettings.GREEDY, filtered)) {
      Sampler sampler = Sampler.of(settings);
      assertThatThrownBy(() -> sampler.next(none, 0, 5, new Randomness(0))).isInstanceOf(QuipuException.class)
          .hasMessageContaining("no token can be chosen");
    }
    float[] broken = {1, 2, Float.NaN, 4, 5};
    assertThatThrownBy(() -> Sampler.of(ALL).next(Arrays.copyOf(broken, 50), 0, 50, new Randomness(0)))
        .isInstanceOf(QuipuException.class).hasMessageContaining("NaN");
  }

  @Test
  void singleTokenLeftIsAlwaysTaken() {
    float[] logits = new float[50];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    logits[17] = -3;
    for (int seed = 0; seed < 50; seed++) {
      assertThat(Sampler.of(ALL).next(logits, 0, 50, new Randomness(seed))).isEqualTo(17);
    }
  }

  @Test
  void topKOfTheWholeVocabularyIsRefused() {
    assertThatThrownBy(() -> Sampler.of(ALL).next(new float[40], 0, 40, new Randomness(0)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("top_k must be below the vocabulary's 40 tokens but is 40");
  }

  @Test
  void decodingAllocatesNothing() {
    assertThat(allocatedBytes(SamplerSettings.GREEDY)).isZero();
    assertThat(allocatedBytes(new SamplerSettings(.8, 0, .001, 2, 40, .5, .05, List.of(1, 2)))).isZero();
  }

  @Test
  void topPAllocatesWhatTheJdksSortDoes() {
    assertThat(allocatedBytes(new SamplerSettings(.8, .95, 0, 1, 0, 0, .1, List.of()))).isLessThan(64 * 1024);
  }

  private static DistributionSampler distributions(double temp, double topP, double xtcProbability) {
    return Sampler.of(new SamplerSettings(temp, topP, 0, 1, 0, xtcProbability, .05, List.of()));
  }

  /** The least that a call allocates, once it is warm. */
  private static long allocatedBytes(SamplerSettings settings) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    float[] logits = logits(49_152, 3);
    Sampler sampler = Sampler.of(settings);
    Randomness random = new Randomness(0);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      sampler.next(logits, 0, logits.length, random);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static float[] logits(int n, double deviation) {
    SplittableRandom random = new SplittableRandom(4711);
    float[] logits = new float[n];
    for (int i = 0; i < n; i++) {
      logits[i] = (float) (deviation * random.nextGaussian());
    }
    return logits;
  }
}
