package dev.quipu.generate;

import dev.quipu.InvalidRequestException;

/**
 * Guessing the next tokens cheaply and computing all of them at once (Leviathan et al. 2023; Chen et al. 2023). Where
 * guesses are poor it steps aside.
 *
 * @param draftModel     whether the engine's draft model guesses, if it has one
 * @param promptLookup   guess what followed the last so many tokens where they stood before (Saxena 2023); 0: off. Used
 *                       where there is no draft model
 * @param numDraftTokens guesses at a time at most
 * @param acceptance     which guesses count
 */
public record Speculation(boolean draftModel, int promptLookup, int numDraftTokens, Acceptance acceptance) {

  /** Which guesses count. */
  public enum Acceptance {
    /** Those that would have been chosen without: the text is the same, at any temperature. */
    EXACT,
    /**
     * Those that a toss says ({@link dev.quipu.sample.Rejection}): more of them. The text has the same distribution,
     * but is another one, and no seed repeats it: when something is guessed depends on how fast the machine is.
     */
    REJECTION
  }

  /** mlx-lm's default of the command line. */
  public static final int DEFAULT_NUM_DRAFT_TOKENS = 3;

  /** A guess is a row of the call that checks it, and a call of the generating regime is made for few. */
  public static final int MAX_NUM_DRAFT_TOKENS = 64;

  public static final int MAX_PROMPT_LOOKUP = 64;

  /** With the draft model, if there is one. */
  public static final Speculation DEFAULT = new Speculation(true, 0, DEFAULT_NUM_DRAFT_TOKENS, Acceptance.EXACT);

  public static final Speculation OFF = new Speculation(false, 0, DEFAULT_NUM_DRAFT_TOKENS, Acceptance.EXACT);

  public Speculation {
    if (promptLookup < 0 || promptLookup > MAX_PROMPT_LOOKUP) {
      throw new InvalidRequestException(
          "prompt_lookup", "must be in [0, " + MAX_PROMPT_LOOKUP + "] but is " + promptLookup);
    }
    if (numDraftTokens < 1 || numDraftTokens > MAX_NUM_DRAFT_TOKENS) {
      throw new InvalidRequestException(
          "num_draft_tokens", "must be in [1, " + MAX_NUM_DRAFT_TOKENS + "] but is " + numDraftTokens);
    }
  }
}
