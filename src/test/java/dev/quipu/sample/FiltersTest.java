package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {

  private static final float DROPPED = Float.NEGATIVE_INFINITY;

  @Test
  void logProbabilitiesAreLogitsMinusTheirLogSumExp() {
    float[] lp = new float[3];
    Filters.logProbabilities(lp, new float[] {9, 9, 9, (float) Math.log(3) + 9, 9}, 2, 3);
    assertThat(lp).containsExactly(new float[] {-1.609438f, -0.510826f, -1.609438f}, within(2e-6f));   // 1/5, 3/5, 1/5
  }

  // the first row: mlx-lm 0.32.2 itself
  @ParameterizedTest
  @CsvSource({".3, 1", ".5, 1", ".50001, 2", ".8, 2", ".81, 3", ".95, 3", ".9999999, 4"})
  void topPKeepsTheSmallestSetThatReachesItsMass(float p, int kept) {
    assertThat(kept(topP(logs(.5, .3, .15, .05), p))).hasSize(kept);
  }

  @ParameterizedTest
  @CsvSource({".41, 3", ".6, 3", ".79, 3", ".81, 5"})
  void topPKeepsTiesTogether(float p, int kept) {
    assertThat(kept(topP(logs(.4, .2, .2, .1, .1), p))).hasSize(kept);
  }

  @Test
  void topPNeverDropsTheLikeliest() {
    assertThat(kept(topP(logs(.05, .9, .05), 1e-9f))).containsExactly(1);
  }

  @Test
  void topPThatLeavesNegligibleTokensUnsortedIsTheFullDefinition() {
    SplittableRandom random = new SplittableRandom(4711);
    for (float p : new float[] {.1f, .5f, .9f, .99f, .9999f, .9999999f, 1}) {
      float[] lp = new float[5_000];
      Filters.logProbabilities(lp, normals(random, lp.length, 8), 0, lp.length);
      assertThat(kept(topP(lp.clone(), p))).as("p = %s", p).isEqualTo(keptByDefinition(lp, p));
    }
  }

  @Test
  void topPSortsEverythingWhenThereIsLittleMass() {
    assertThat(kept(topP(new float[] {-20, -19, -30, -20}, .9f))).containsExactly(0, 1, 3);
  }

  @Test
  void minPIsRelativeToTheLargest() {
    float[] lp = logs(.5, .3, .15, .05);
    Filters.minP(lp, 4, .4, 1, new float[4]);
    assertThat(kept(lp)).containsExactly(0, 1);
  }

  @Test
  void minPOfOneKeepsTheLikeliestAlone() {
    float[] lp = logs(.3, .5, .2);
    Filters.minP(lp, 3, 1, 1, new float[3]);
    assertThat(kept(lp)).containsExactly(1);
  }

  @Test
  void minPLeavesAtLeastSoManyTokens() {
    float[] lp = logs(.05, .5, .15, .3);
    Filters.minP(lp, 4, .9, 3, new float[4]);
    assertThat(kept(lp)).containsExactly(1, 2, 3);
  }

  @Test
  void xtcDropsAllButTheLeastLikelyTopChoice() {
    float[] lp = logs(.4, .3, .2, .1);
    Filters.xtc(lp, 4, .15f, new int[0], new float[4]);
    assertThat(kept(lp)).containsExactly(2, 3);
  }

  @Test
  void xtcChangesNothingWithoutTwoTopChoices() {
    float[] lp = logs(.4, .3, .2, .1);
    Filters.xtc(lp, 4, .35f, new int[0], new float[4]);
    assertThat(kept(lp)).containsExactly(0, 1, 2, 3);
    Filters.xtc(lp, 4, .5f, new int[0], new float[4]);
    assertThat(kept(lp)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void xtcDoesNotCountATokenAsLikelyAsTheThreshold() {
    float second = Filters.exp(-1);
    float[] lp = {0, -1};
    Filters.xtc(lp, 2, second * (1 / (1 + second)), new int[0], new float[2]);
    assertThat(kept(lp)).containsExactly(0, 1);
  }

  @Test
  void xtcSparesSpecialTokens() {
    float[] lp = logs(.4, .3, .2, .1);
    Filters.xtc(lp, 4, .15f, new int[] {0}, new float[4]);
    assertThat(kept(lp)).containsExactly(0, 2, 3);
  }

  @Test
  void topKKeepsTheLowerIdsOfEquals() {
    float[] lp = {-1, -3, -2, -2, -2};
    Filters.topK(lp, 5, 3, new float[3]);
    assertThat(lp).containsExactly(-1, DROPPED, -2, -2, DROPPED);
  }

  @Test
  void topKKeepsTheLargestOfAnyRow() {
    SplittableRandom random = new SplittableRandom(4711);
    for (int k : new int[] {1, 2, 7, 64, 999, 1000}) {
      float[] lp = normals(random, 1000, 2);
      float[] sorted = lp.clone();
      Arrays.sort(sorted);
      int[] expected = IntStream.range(0, 1000).filter(i -> lp[i] >= sorted[1000 - k]).toArray();
      Filters.topK(lp, 1000, k, new float[1000]);
      assertThat(kept(lp)).as("k = %s", k).isEqualTo(expected);
    }
  }

  @Test
  void argmaxTakesTheLowestIdOfEquals() {
    assertThat(Filters.argmax(new float[] {9, 1, 3, 3, 2}, 1, 4)).isEqualTo(1);
    assertThat(Filters.argmax(new float[] {DROPPED, DROPPED}, 0, 2)).isEqualTo(-1);
    assertThat(Filters.argmax(new float[] {DROPPED, Float.MIN_VALUE}, 0, 2)).isEqualTo(1);
  }

  // cumulative: 0, .125, .375, .875
  @ParameterizedTest
  @CsvSource({"0, 0", ".1249, 0", ".125, 1", ".374, 1", ".375, 2", ".874, 2", ".875, 3", ".99999994, 3"})
  void drawFindsItsPlaceInTheCumulativeDistribution(float u, int token) {
    assertThat(Filters.draw(logs(.125, .25, .5, .125), 4, 1, u, new float[4])).isEqualTo(token);
  }

  @Test
  void drawNeverTakesADroppedToken() {
    float[] lp = {DROPPED, 0, DROPPED, 0, DROPPED};
    for (float u : new float[] {0, .4999f, .5f, .99999994f}) {
      assertThat(Filters.draw(lp, 5, .7, u, new float[5])).isIn(1, 3);
    }
  }

  @Test
  void drawOfALowTemperatureTakesTheLikeliest() {
    for (float u : new float[] {0, .5f, .99f}) {
      assertThat(Filters.draw(logs(.3, .4, .3), 3, .001, u, new float[3])).isEqualTo(1);
    }
  }

  @Test
  void expHasTheLastBitsOfMlxs() { // mlx 0.32.4; the nearest floats to the true values are others
    assertThat(Filters.exp(-1.7142857f)).isEqualTo(Float.intBitsToFloat(0x3e386a1f));
    assertThat(Filters.exp(-3)).isEqualTo(Float.intBitsToFloat(0x3d4bed88));
    assertThat(Filters.exp(-3.5714285f)).isEqualTo(Float.intBitsToFloat(0x3ce652d3));
  }

  @Test
  void expIsCloseToTheTrueOneAndMlxsAtItsEnds() {
    for (float x = -87; x < 88; x += .37f) {
      assertThat((double) Filters.exp(x)).isCloseTo(Math.exp(x), within(1e-5 * Math.exp(x)));
    }
    assertThat(Filters.exp(0)).isEqualTo(1);
    assertThat(Filters.exp(-88.5f)).isZero();
    assertThat(Filters.exp(DROPPED)).isZero();
    assertThat(Filters.exp(88.5f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Filters.exp(Float.NaN)).isNaN();
  }

  private static float[] topP(float[] lp, float p) {
    Filters.topP(lp, lp.length, p, new float[lp.length], new RadixSort());
    return lp;
  }

  /** apply_top_p as mlx-lm writes it: all sorted, the masses above, a count. */
  private static int[] keptByDefinition(float[] lp, float p) {
    float[] sorted = lp.clone();
    Arrays.sort(sorted);
    float[] massAbove = new float[lp.length];
    for (int i = lp.length - 2; i >= 0; i--) {
      massAbove[i] = massAbove[i + 1] + Filters.exp(sorted[i + 1]);
    }
    float total = massAbove[0] + Filters.exp(sorted[0]);
    int dropped = (int) IntStream.range(0, lp.length).filter(i -> massAbove[i] >= p * total).count();
    return IntStream.range(0, lp.length).filter(i -> lp[i] >= sorted[dropped]).toArray();
  }

  private static int[] kept(float[] lp) {
    return IntStream.range(0, lp.length).filter(i -> lp[i] != DROPPED).toArray();
  }

  private static float[] logs(double... probabilities) {
    float[] logs = new float[probabilities.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(probabilities[i]);
    }
    return logs;
  }

  private static float[] normals(SplittableRandom random, int n, double deviation) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (deviation * random.nextGaussian());
    }
    return x;
  }
}
