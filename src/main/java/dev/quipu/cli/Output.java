package dev.quipu.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Standard output: UTF-8 whatever the locale, each text written at once. Tells when nobody reads it any more. */
final class Output {

  /** The reader has gone, as {@code head} does: no error, but nothing is left to do. */
  static final class Closed extends RuntimeException {
    Closed(IOException cause) {
      super(cause);
    }
  }

  /** What was printed could not be written, for another reason. */
  static final class Failed extends RuntimeException {
    Failed(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private final OutputStream stream;

  Output(OutputStream stream) {
    this.stream = stream;
  }

  /** @throws Closed if the reader has gone */
  void print(String text) {
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
      stream.flush();
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      throw message.contains("broken pipe") ? new Closed(e) : new Failed(e);
    }
  }

  void println(String text) {
    print(text + "\n");
  }
}
