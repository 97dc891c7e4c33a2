package dev.quipu.conform;

/** A case cannot be run for want of something that is not part of the suite; the message says what. */
final class Skip extends RuntimeException {

  Skip(String reason) {
    super(reason, null, false, false);
  }
}
