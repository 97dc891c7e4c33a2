package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PromptLookupTest {

  private static int[] guesses(int length, int most, int... tokens) {
    int[] room = Arrays.copyOf(tokens, tokens.length + most);
    int count = new PromptLookup(length).guess(room, tokens.length, most, null);
    assertThat(Arrays.copyOf(room, tokens.length)).isEqualTo(tokens);
    return Arrays.copyOfRange(room, tokens.length, tokens.length + count);
  }

  @Test
  void whatFollowedTheLastTokensBeforeFollowsNow() {
    assertThat(guesses(2, 3, 1, 2, 3, 4, 5, 6, 2, 3)).containsExactly(4, 5, 6);
  }

  @Test
  void theLatestPlaceCounts() {
    assertThat(guesses(1, 1, 7, 1, 7, 2, 7)).containsExactly(2);
  }

  @Test
  void aGuessEndsWhereTheTextDoes() {
    assertThat(guesses(1, 4, 9, 8, 9)).containsExactly(8, 9);
    assertThat(guesses(2, 4, 5, 5, 5)).containsExactly(5);
  }

  @Test
  void withoutSuchAPlaceThereIsNoGuess() {
    assertThat(guesses(2, 3, 1, 2, 3, 4, 2)).isEmpty();
    assertThat(guesses(3, 3, 1, 2)).isEmpty();
    assertThat(guesses(1, 3, 1)).isEmpty();
  }

  /** What comes repeats after a while, or never does. */
  private static boolean promised(int period) {
    PromptLookup lookup = new PromptLookup(2);
    int[] tokens = new int[200];
    boolean promises = false;
    for (int count = 1; count < tokens.length; count++) {
      tokens[count] = period == 0 ? count : count % period;
      promises = lookup.promises(tokens, count + 1);
    }
    return promises;
  }

  @Test
  void itPromisesSomethingOnceItWouldHaveGuessedRight() {
    assertThat(promised(0)).isFalse();
    assertThat(promised(20)).isTrue();
  }

  @Test
  void whatWasNeverRightPromisesNothing() {
    PromptLookup lookup = new PromptLookup(1);
    int[] tokens = new int[300];
    for (int count = 1; count < tokens.length; count++) {
      tokens[count] = count % 2 == 0 ? 7 : count; // each 7 is followed by another token
      assertThat(lookup.promises(tokens, count + 1)).isFalse();
    }
  }
}
