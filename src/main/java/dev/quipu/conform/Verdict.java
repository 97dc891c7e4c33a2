package dev.quipu.conform;

/** What came of a case. */
public sealed interface Verdict {

  String id();

  /** Everything in it is as expected. */
  record Passed(String id) implements Verdict {}

  /**
   * Something is not as expected, or could not be compared.
   *
   * @param reason one line: where, what was expected, what was found
   * @param cause  the exception that the engine threw, or null
   */
  record Failed(String id, String reason, Throwable cause) implements Verdict {}

  /** It could not be run for want of something that is not part of the suite. */
  record Skipped(String id, String reason) implements Verdict {}
}
