package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  /** Nanoseconds of so many tokens, where a step costs 100 plain and {@code guessed} with guesses. */
  private static long run(int tokens, long guessed, int tokensOfAStep) {
    Pace pace = new Pace();
    long nanos = 0;
    for (int i = 0; i < tokens; ) {
      if (pace.mayGuess()) {
        pace.guessed(guessed, tokensOfAStep);
        nanos += guessed;
        i += tokensOfAStep;
      } else {
        pace.plain(100);
        nanos += 100;
        i++;
      }
    }
    return nanos;
  }

  @Test
  void poorGuessesCostLessThanATenthInTheLongRun() {
    assertThat(run(1000, 200, 1)).isLessThan(110_000);
    assertThat(run(1000, 300, 1)).isLessThan(115_000);
  }

  @Test
  void goodGuessesGoOn() {
    assertThat(run(1000, 160, 3)).isLessThan(60_000);
  }

  @Test
  void aSlowBeginningIsForgiven() {
    Pace pace = new Pace();
    int guessed = 0;
    for (int i = 0; i < 206; i++) {
      if (pace.mayGuess()) {
        pace.guessed(guessed < 6 ? 5000 : 120, 3); // the first ones are not compiled yet
        guessed++;
      } else {
        pace.plain(100);
      }
    }
    assertThat(guessed).isGreaterThan(150);
  }
}
