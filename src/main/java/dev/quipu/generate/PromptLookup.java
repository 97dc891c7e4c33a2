package dev.quipu.generate;

import java.util.Arrays;

/**
 * Guesses that what followed the last few tokens where they stood before follows now: answers quote their prompts
 * (Saxena, "Prompt Lookup Decoding", 2023). The latest such place counts. Before anybody pays for a guess it looks at
 * what it would have guessed, and how much of that came.
 */
final class PromptLookup implements Guesser {

  private static final int WATCHED = 4; // tokens of a guess that nobody pays for
  private static final double NEWEST = 0.2; // weight of the last guess in the mean
  private static final double ENOUGH = 1.5; // tokens a step, below which no machine gains

  private final int length;
  private int[] expected = new int[0]; // from a place that was looked at, what was to follow
  private int place;
  private double gain = 1; // tokens a step would have given, in the mean

  /** @param length how many tokens must stand there alike */
  PromptLookup(int length) {
    this.length = length;
  }

  @Override
  public boolean promises(int[] tokens, int count) {
    int known = Math.min(expected.length, count - place);
    int differs = known < 0 ? 0 : Arrays.mismatch(expected, 0, known, tokens, place, place + known);
    if (differs >= 0 || known == expected.length) { // the guess is over
      gain += place == 0 ? 0 : NEWEST * (1 + (differs < 0 ? known : differs) - gain);
      place = count;
      expected = guess(tokens, count);
    }
    return gain > ENOUGH;
  }

  private int[] guess(int[] tokens, int count) {
    int end = placeAlike(tokens, count);
    return end < 0 ? new int[0] : Arrays.copyOfRange(tokens, end, Math.min(count, end + WATCHED));
  }

  @Override
  public int guess(int[] tokens, int count, int most, Chooser chooser) {
    int end = placeAlike(tokens, count);
    int guesses = end < 0 ? 0 : Math.min(most, count - end);
    System.arraycopy(tokens, Math.max(end, 0), tokens, count, guesses);
    return guesses;
  }

  /** Behind the latest place where the last tokens stood before; −1 if there is none. */
  private int placeAlike(int[] tokens, int count) {
    int end = count - 1;
    while (end >= length && !endsAlike(tokens, end, count)) {
      end--;
    }
    return end >= length ? end : -1;
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
