package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RejectionTest {

  private static final float[] P = {.5f, .25f, .125f, .125f};
  private static final float[] Q = {.25f, .25f, .5f, 0};
  /** So fine that no border of the distributions above lies inside a step. */
  private static final int STEPS = 336;

  @Test
  void tokenThatTheTargetLikesBetterIsAlwaysAccepted() {
    assertThat(Rejection.accepts(P, Q, 0, .99999994f)).isTrue();
    assertThat(Rejection.accepts(P, Q, 1, .99999994f)).isTrue();
  }

  @Test
  void tokenThatTheDraftLikesBetterIsAcceptedAsOftenAsPOverQ() {
    assertThat(Rejection.accepts(P, Q, 2, .2499f)).isTrue();
    assertThat(Rejection.accepts(P, Q, 2, .25f)).isFalse();
  }

  @Test
  void tokenThatTheTargetExcludesIsNever() {
    assertThat(Rejection.accepts(new float[] {1, 0}, new float[] {.5f, .5f}, 1, 0)).isFalse();
  }

  // p − q = (.25, 0, −.375, .125): two thirds and one third
  @Test
  void replacementIsDrawnFromWhatTheDraftLacks() {
    assertThat(Rejection.replacement(P, Q, 4, 0)).isZero();
    assertThat(Rejection.replacement(P, Q, 4, .6666f)).isZero();
    assertThat(Rejection.replacement(P, Q, 4, .6667f)).isEqualTo(3);
    assertThat(Rejection.replacement(P, Q, 4, .99999994f)).isEqualTo(3);
  }

  // Q: a quarter, a quarter, a half
  @Test
  void aDraftIsDrawnFromItsOwnDistribution() {
    int[] drawn = new int[4];
    Randomness random = new Randomness(1);
    Randomness same = random.copy();
    for (int i = 0; i < 1000; i++) {
      int token = Rejection.draw(Q, 4, random);
      float u = same.uniform();
      assertThat(token).isEqualTo(u < .25f ? 0 : u < .5f ? 1 : 2);
      drawn[token]++;
    }
    assertThat(drawn[0]).isPositive();
    assertThat(drawn[3]).isZero();
  }

  @Test
  void equalDistributionsWhoseRoundingRefusesATokenLeaveTheTarget() {
    assertThat(Rejection.replacement(Q, Q, 4, .3f)).isEqualTo(1);
    assertThat(Rejection.replacement(Q, Q, 4, .9f)).isEqualTo(2);
  }

  @Test
  void whatComesOutIsTheTargetsDistribution() {
    float[][] distributions = {P, Q, {.25f, .25f, .25f, .25f}, {0, 0, .75f, .25f}, {1, 0, 0, 0}, {0, 0, 0, 1}};
    for (float[] p : distributions) {
      for (float[] q : distributions) {
        double[] comesOut = comesOut(p, q);
        for (int token = 0; token < 4; token++) {
          assertThat(comesOut[token]).isCloseTo(p[token], within(1e-12));
        }
      }
    }
  }

  /** Over every drafted token and a grid of both numbers. */
  private static double[] comesOut(float[] p, float[] q) {
    double[] chances = new double[4];
    for (int drafted = 0; drafted < 4; drafted++) {
      for (int first = 0; first < STEPS; first++) {
        if (Rejection.accepts(p, q, drafted, middle(first))) {
          chances[drafted] += (double) q[drafted] / STEPS;
        } else {
          addReplacements(chances, p, q, (double) q[drafted] / STEPS);
        }
      }
    }
    return chances;
  }

  private static void addReplacements(double[] chances, float[] p, float[] q, double share) {
    for (int second = 0; second < STEPS; second++) {
      chances[Rejection.replacement(p, q, 4, middle(second))] += share / STEPS;
    }
  }

  private static float middle(int step) {
    return (step + .5f) / STEPS;
  }

  @Test
  void eachStepTakesOneNumber() {
    Randomness random = new Randomness(42); // .9146, .4209
    assertThat(Rejection.accepts(P, Q, 2, random)).isFalse();
    assertThat(Rejection.replacement(P, Q, 4, random)).isZero();
    Randomness expected = new Randomness(42);
    expected.uniform();
    expected.uniform();
    assertThat(random.uniform()).isEqualTo(expected.uniform());
  }
}
