package dev.quipu.generate;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * The guesses of one generation: asks for them while they pay, and judges them. As long as a call of several rows would
 * be slow they are judged one after the other, which gains nothing but says how good they are.
 */
final class Drafting {

  private static final int[] NONE = {};
  private static final int NO_GUESS = -1;

  private final Guesser guesser; // or null
  private final Speculation speculation;
  private final Pace pace = new Pace();
  private int[] guesses = NONE;
  private int judged; // of them
  private long startNanos;

  /** @param guesser or null: nothing is guessed */
  Drafting(Guesser guesser, Speculation speculation) {
    this.guesser = guesser;
    this.speculation = speculation;
  }

  /** Takes note of a prompt, before the first token is chosen. */
  void begin(int[] tokens, int count) {
    if (guesser != null) {
      guesser.begin(tokens, count);
    }
  }

  /** Whether the next step may have guesses. */
  boolean guesses(int[] tokens, int count) {
    return guesser != null && guesser.promises(tokens, count);
  }

  /**
   * Begins a step: writes guesses behind the first {@code count} tokens.
   *
   * @param room     for how many
   * @param together whether they may be rows of one call
   * @return how many are rows of this step's call
   */
  int draft(int[] tokens, int count, int room, boolean together, Chooser chooser) {
    startNanos = System.nanoTime();
    if (guesses.length > 0) {
      return 0; // left from the step before, to be judged one by one
    }
    int most = Math.min(speculation.numDraftTokens(), room);
    if (guesser != null && most > 0 && pace.mayGuess()) {
      int guessed = guesser.guess(tokens, count, most, chooser);
      guesses = guessed == 0 ? NONE : Arrays.copyOfRange(tokens, count, count + guessed);
    }
    return together ? guesses.length : 0;
  }

  /**
   * The token of a row of the step, which follows the first {@code count}; {@link #right} says whether it was guessed.
   */
  int choose(int[] tokens, int count, Mat logits, int row, Chooser chooser) {
    float[] draft = judged < guesses.length ? guesser.distribution(judged) : null;
    return draft == null
        ? chooser.choose(tokens, count, logits, row)
        : chooser.choose(tokens, count, logits, row, guesses[judged], draft);
  }

  /** Whether a token that was chosen is the one that was guessed; the next one is judged by the next guess. */
  boolean right(int token) {
    return token == (judged < guesses.length ? guesses[judged++] : NO_GUESS);
  }

  /** Ends a step that gave so many tokens. @param right whether the last of them had been guessed */
  void done(int tokens, boolean right) {
    if (guesser != null) {
      pace.step(System.nanoTime() - startNanos, tokens, guesses.length > 0);
    }
    if (!right || judged == guesses.length) {
      forget();
    }
  }

  /** Guesses that were not judged yet are none any more. */
  void forget() {
    guesses = NONE;
    judged = 0;
  }

  void close() {
    if (guesser != null) {
      guesser.close();
    }
  }
}
