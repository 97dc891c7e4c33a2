package dev.quipu.language;

import dev.quipu.QuipuException;

/** What is asked of a language would take too long: refused by a stated limit. */
public final class TooComplex extends QuipuException {

  public TooComplex(String message) {
    super(message);
  }
}
