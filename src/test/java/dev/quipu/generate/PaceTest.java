package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  /** Nanoseconds of 2,000 tokens, where a step costs 100 plain and {@code guessed} with guesses, which give so many. */
  private static double nanosOfToken(long guessed, int tokensOfAStep) {
    Pace pace = new Pace();
    long nanos = 0;
    int tokens = 0;
    while (tokens < 2000) {
      boolean guesses = pace.mayGuess();
      nanos += guesses ? guessed : 100;
      tokens += guesses ? tokensOfAStep : 1;
      pace.step(guesses ? guessed : 100, guesses ? tokensOfAStep : 1, guesses);
    }
    return (double) nanos / tokens;
  }

  @Test
  void poorGuessesCostLessThanATenth() {
    assertThat(nanosOfToken(250, 1)).isLessThan(105); // nothing is right
    assertThat(nanosOfToken(550, 4)).isLessThan(105); // all is right, but dear
  }

  @Test
  void goodGuessesGoOn() {
    assertThat(nanosOfToken(160, 3)).isLessThan(60);
  }

  @Test
  void aSlowBeginningIsForgotten() {
    Pace pace = new Pace();
    int guessed = 0;
    for (int i = 0; i < 400; i++) { // the first ones of each kind are not compiled yet
      boolean guesses = pace.mayGuess();
      pace.step(guesses ? guessed < 6 ? 5000 : 120 : i < 6 ? 2000 : 100, guesses ? 3 : 1, guesses);
      guessed += guesses ? 1 : 0;
    }
    assertThat(guessed).isGreaterThan(200);
    pace = new Pace();
    guessed = 0;
    for (int i = 0; i < 400; i++) { // the machine was slow while there were no guesses, which are poor
      boolean guesses = pace.mayGuess();
      pace.step(guesses ? 250 : i < 8 ? 5000 : 100, 1, guesses);
      guessed += guesses ? 1 : 0;
    }
    assertThat(guessed).isLessThan(40);
  }

  @Test
  void whereNothingIsFoundToGuessTheTurnGoesOn() {
    Pace pace = new Pace();
    for (int i = 0; i < 8; i++) {
      pace.step(100, 1, false);
    }
    for (int i = 0; i < 1000; i++) {
      pace.step(100, 1, false);
      assertThat(pace.mayGuess()).isTrue();
    }
  }
}
