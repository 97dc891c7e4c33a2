package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RandomnessTest {

  @Test
  void seedGivesTheNumbersOfMlx() {
    Randomness random = new Randomness(42);
    assertThat(random.uniform()).isEqualTo(0.914573669f);
    assertThat(random.uniform()).isEqualTo(0.420947462f);
  }

  @Test
  void copyGoesOnByItself() {
    Randomness random = new Randomness(42);
    random.uniform();
    Randomness copy = random.copy();
    assertThat(copy.uniform()).isEqualTo(0.420947462f);
    assertThat(copy.uniform()).isNotEqualTo(0.420947462f);
    assertThat(random.uniform()).isEqualTo(0.420947462f);
  }

  @Test
  void stateIsTheFirstOfTheTwoKeysOfASplit() {
    Randomness random = new Randomness(7);
    long state = 7;
    for (int i = 0; i < 5; i++) {
      long[] keys = Threefry.split(state, 2);
      assertThat(random.uniform()).isEqualTo(Threefry.uniform(Threefry.bits(keys[1], 1)[0]));
      state = keys[0];
    }
  }
}
