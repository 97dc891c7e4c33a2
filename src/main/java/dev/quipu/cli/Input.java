package dev.quipu.cli;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Standard input: UTF-8 whatever the locale. */
final class Input {

  private Input() {}

  /** All of it, as it is. */
  static String readAll() {
    try {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new QuipuException("Cannot read standard input: " + e.getMessage(), e);
    }
  }
}
