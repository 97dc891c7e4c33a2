package dev.quipu.generate;

/**
 * Whether guessing pays: measures what a token costs with and without, and stops guessing for a while where it costs
 * more; for twice as long each time. Results do not depend on it.
 */
final class Pace {

  private static final int FIRST_PLAIN = 2; // tokens without guesses at the beginning, to know what they cost
  private static final int TRIAL = 4; // steps with guesses before they are judged
  private static final int FIRST_PAUSE = 16; // steps
  private static final int LONGEST_PAUSE = 512;
  private static final double NEWEST = 0.25; // weight of the last step in a mean

  private double plainNanos; // a token
  private double guessedNanos;
  private int plainLeft = FIRST_PLAIN;
  private int trialLeft = TRIAL;
  private int pause = FIRST_PAUSE;

  boolean mayGuess() {
    return plainLeft == 0;
  }

  /** A step of one token, without guesses. */
  void plain(long nanos) {
    plainNanos = mean(plainNanos, nanos);
    if (plainLeft > 0 && --plainLeft == 0) {
      trialLeft = TRIAL;
      guessedNanos = 0;
    }
  }

  /** A step with guesses that gave so many tokens. */
  void guessed(long nanos, int tokens) {
    guessedNanos = mean(guessedNanos, (double) nanos / tokens);
    trialLeft = Math.max(0, trialLeft - 1);
    if (trialLeft > 0) {
      return;
    }
    if (guessedNanos > plainNanos) {
      plainLeft = pause;
      pause = Math.min(LONGEST_PAUSE, 2 * pause);
    } else {
      pause = FIRST_PAUSE;
    }
  }

  private static double mean(double mean, double value) {
    return mean == 0 ? value : mean + NEWEST * (value - mean);
  }
}
