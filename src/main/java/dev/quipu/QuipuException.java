package dev.quipu;

/**
 * Something the user can act on: the message says what, where, expected, found, and what to do.
 * The command line prints the message alone and exits with 1.
 */
public class QuipuException extends RuntimeException {

  public QuipuException(String message) {
    super(message);
  }

  public QuipuException(String message, Throwable cause) {
    super(message, cause);
  }
}
