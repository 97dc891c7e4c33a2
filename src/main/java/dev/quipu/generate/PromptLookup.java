package dev.quipu.generate;

/**
 * Guesses that what followed the last few tokens where they stood before follows now: answers quote their prompts
 * (Saxena, "Prompt Lookup Decoding", 2023). The latest such place counts.
 *
 * @param length how many tokens must stand there alike
 */
record PromptLookup(int length) implements Guesser {

  @Override
  public int guess(int[] tokens, int count, int most, Chooser chooser) {
    for (int end = count - 1; end >= length; end--) {
      if (endsAlike(tokens, end, count)) {
        int guesses = Math.min(most, count - end);
        System.arraycopy(tokens, end, tokens, count, guesses);
        return guesses;
      }
    }
    return 0;
  }

  /** Whether the tokens before {@code end} are those before {@code count}. */
  private boolean endsAlike(int[] tokens, int end, int count) {
    for (int i = 1; i <= length; i++) {
      if (tokens[end - i] != tokens[count - i] || tokens[end - i] == PromptEncoder.UNKNOWN) {
        return false;
      }
    }
    return true;
  }
}
