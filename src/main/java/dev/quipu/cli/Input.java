package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
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

  /**
   * The prompt that a command is given: a flag, words, or what is piped in.
   *
   * @param advice what may be wrong if there is none
   */
  static String prompt(Flags flags, String advice) {
    String words = String.join(" ", flags.words());
    if (flags.has("prompt") && !flags.words().isEmpty()) {
      throw new InvalidRequestException("prompt", "is given twice, as a flag and as words: \"" + words + "\"");
    }
    String text = flags.has("prompt") ? flags.unescaped("prompt").getLast() : words;
    if ("-".equals(text)
        || (!flags.has("prompt") && flags.words().isEmpty() && !Posix.isTerminal(Posix.STDIN))) {
      text = Input.readAll();
    }
    if (text.isBlank()) {
      throw new InvalidRequestException("prompt", "must not be empty" + advice);
    }
    return text;
  }
}
