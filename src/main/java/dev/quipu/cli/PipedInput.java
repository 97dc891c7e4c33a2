package dev.quipu.cli;

import dev.quipu.QuipuException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Messages line by line; a line that ends with a backslash goes on in the next. Ctrl-C ends quipu, as in any pipe. */
final class PipedInput implements ChatInput {

  private final BufferedReader lines;

  PipedInput(InputStream in) {
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  @Override
  public String read() {
    try {
      String message = lines.readLine();
      while (message != null && message.endsWith("\\")) {
        String next = lines.readLine();
        message = message.substring(0, message.length() - 1) + (next == null ? "" : "\n" + next);
      }
      return message;
    } catch (IOException e) {
      throw new QuipuException("Cannot read standard input: " + e.getMessage(), e);
    }
  }

  @Override
  public String greeting() {
    return "";
  }

  @Override
  public void onInterrupt(Runnable action) {}

  @Override
  public void close() {}
}
