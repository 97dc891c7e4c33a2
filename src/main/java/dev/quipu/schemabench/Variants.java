package dev.quipu.schemabench;

import java.util.SplittableRandom;

/**
 * In how many other spellings and tokenizations each document is offered beside its own; the same seed gives the same.
 *
 * @param anyBlanks whether there may be other blanks than Python's
 */
public record Variants(int count, long seed, boolean anyBlanks) {

  public Variants {
    if (count < 0) {
      throw new IllegalArgumentException("count is " + count);
    }
  }

  /** Chance for one document, which no other document has a part in. */
  SplittableRandom random(String file, int instance) {
    return new SplittableRandom(seed * 31 + file.hashCode() + ((long) instance << 32));
  }
}
