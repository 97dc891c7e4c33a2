package dev.quipu.schemabench;

/**
 * A schema that was refused, or a document that was judged wrongly.
 *
 * @param file     the file's name
 * @param instance which of its documents; -1: the schema itself
 * @param detail   the refusal's message, or where the document went wrong
 */
public record Finding(Kind kind, String file, int instance, String detail) {

  /** What was found. */
  public enum Kind { REFUSED, VALID_REJECTED, INVALID_ACCEPTED }
}
