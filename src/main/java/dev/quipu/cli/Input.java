package dev.quipu.cli;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Standard input: UTF-8 whatever the locale. */
final class Input {

  private Input() {}

  /** Nothing if it is closed: Java's own first file is then in its place. */
  static InputStream stream() {
    return Posix.isFileOfJava(Posix.STDIN) ? InputStream.nullInputStream() : System.in;
  }

  /** All of it, as it is. */
  static String readAll() {
    try {
      return new String(stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new QuipuException("Cannot read standard input: " + e.getMessage(), e);
    }
  }
}
