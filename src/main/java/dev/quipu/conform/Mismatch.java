package dev.quipu.conform;

/** What a case expects is not what there is; the message says where, what was expected and what was found. */
final class Mismatch extends RuntimeException {

  Mismatch(String message) {
    super(message, null, false, false); // where it was thrown says nothing: the message says it
  }

  static Mismatch of(String where, Object expected, Object got) {
    return new Mismatch(where + ": expected " + expected + ", got " + got);
  }

  /** The same, seen from further out. */
  Mismatch in(String where) {
    return new Mismatch(where + ", " + getMessage());
  }
}
