package dev.quipu.generate;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/** The guesses of one generation: asks for them while they pay, and judges them. */
final class Drafting {

  private static final int[] NONE = {};
  private static final int NO_GUESS = -1;

  private final Guesser guesser; // or null
  private final Speculation speculation;
  private final Pace pace = new Pace();
  private int[] guesses = NONE;
  private long startNanos;

  /** @param guesser or null: nothing is guessed */
  Drafting(Guesser guesser, Speculation speculation) {
    this.guesser = guesser;
    this.speculation = speculation;
  }

  /** Whether there is anything that guesses. */
  boolean guesses() {
    return guesser != null;
  }

  /** Begins a step: writes guesses behind the first {@code count} tokens, at most {@code room}; returns how many. */
  int draft(int[] tokens, int count, int room, Chooser chooser) {
    int most = Math.min(speculation.numDraftTokens(), room);
    startNanos = System.nanoTime();
    guesses = NONE;
    if (guesser != null && most > 0 && pace.mayGuess()) {
      int guessed = guesser.guess(tokens, count, most, chooser);
      guesses = guessed == 0 ? NONE : Arrays.copyOfRange(tokens, count, count + guessed);
    }
    return guesses.length;
  }

  /** What is guessed to be the token of the step's ith row, or one that is none. */
  int guess(int i) {
    return i < guesses.length ? guesses[i] : NO_GUESS;
  }

  /** The token of the step's ith row, which follows the first {@code count}. */
  int choose(int[] tokens, int count, Mat logits, int row, int i, Chooser chooser) {
    float[] draft = i < guesses.length ? guesser.distribution(i) : null;
    return draft == null
        ? chooser.choose(tokens, count, logits, row)
        : chooser.choose(tokens, count, logits, row, guesses[i], draft);
  }

  /** Ends a step that gave so many tokens. */
  void done(int tokens) {
    if (guesser != null) {
      pace.step(System.nanoTime() - startNanos, tokens, guesses.length > 0);
    }
  }

  void close() {
    if (guesser != null) {
      guesser.close();
    }
  }
}
