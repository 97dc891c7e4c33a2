package dev.quipu.generate;

/** Guesses the next tokens of one generation, cheaply. */
interface Guesser extends AutoCloseable {

  /**
   * Writes guesses behind the first {@code count} tokens.
   *
   * @param most how many at most
   * @return how many
   */
  int guess(int[] tokens, int count, int most, Chooser chooser);

  /** Takes note of a prompt. */
  default void begin(int[] tokens, int count) {}

  /**
   * Whether it is worth trying now; asked before each step.
   *
   * @param count tokens so far
   */
  default boolean promises(int[] tokens, int count) {
    return true;
  }

  /** The distribution that the ith guess of the last call was drawn from, if it is to be judged by it; else null. */
  default float[] distribution(int i) {
    return null;
  }

  @Override
  default void close() {}
}
