package dev.quipu.cli;

/** A command line that means nothing; the message says why, and where help is. */
final class UsageException extends RuntimeException {

  UsageException(String message) {
    super(message);
  }
}
