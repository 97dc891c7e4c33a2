package dev.quipu.generate;

/**
 * Whether guessing pays. Steps with and without guesses take turns, and each turn is measured anew, since a machine is
 * not as fast in one second as in the next: where tokens were cheaper with guesses, the next turn with them is longer;
 * where they were dearer, the next one without. Results do not depend on it.
 */
final class Pace {

  private static final int TRIAL = 2; // steps of the shortest turn with guesses
  private static final int PLAIN = 8; // and without
  private static final int LONGEST = 256;

  private boolean guessing;
  private int left = PLAIN; // steps of this turn
  private int plainTurn = PLAIN;
  private int guessedTurn = TRIAL;
  private double plainNanos; // a token, in the last turn without
  private long nanos; // of this turn
  private int tokens;

  boolean mayGuess() {
    return guessing;
  }

  /** A step has given so many tokens; one that had no guesses counts for a turn without. */
  void step(long stepNanos, int stepTokens, boolean guessed) {
    if (guessing && !guessed) {
      return; // nothing was found to guess: it cost what a step costs
    }
    nanos += stepNanos;
    tokens += stepTokens;
    if (--left == 0) {
      endTurn((double) nanos / tokens);
    }
  }

  private void endTurn(double nanosOfToken) {
    if (!guessing) {
      plainNanos = nanosOfToken;
    } else if (nanosOfToken < plainNanos) {
      guessedTurn = Math.min(LONGEST, 4 * guessedTurn);
      plainTurn = PLAIN;
    } else {
      plainTurn = Math.min(LONGEST, 2 * plainTurn);
      guessedTurn = TRIAL;
    }
    guessing = !guessing;
    left = guessing ? guessedTurn : plainTurn;
    nanos = 0;
    tokens = 0;
  }
}
