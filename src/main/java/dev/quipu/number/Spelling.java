package dev.quipu.number;

/** Which spellings of a number are offered. */
public enum Spelling {
  /** Every number of JSON's grammar. */
  ANY,
  /**
   * One a value, up to zeros at its end: no exponent, no {@code -0}, and no point behind an integer unless it is a
   * member only so.
   */
  PLAIN
}
