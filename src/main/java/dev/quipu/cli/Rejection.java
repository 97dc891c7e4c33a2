package dev.quipu.cli;

import dev.quipu.mask.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a document left what a schema accepts.
 *
 * @param at   the first byte that does not go on, or the end
 * @param here the position before it
 */
record Rejection(byte[] document, int at, Position here) {

  private static final int MOST_SHOWN = 80;

  /** Such as {@code at byte 17 (line 2, column 5): found "x", expected "," or "}"}. */
  @Override
  public String toString() {
    byte[] before = Arrays.copyOf(document, at);
    return "at byte " + at + place(new String(before, StandardCharsets.UTF_8)) + ": found " + found() + ", expected "
        + Expectation.describe(before, here) + completion();
  }

  private static String place(String before) {
    long line = 1 + before.chars().filter(c -> c == '\n').count();
    String inLine = before.substring(before.lastIndexOf('\n') + 1);
    return " (line " + line + ", column " + (1 + inLine.codePointCount(0, inLine.length())) + ")";
  }

  private String found() {
    if (at == document.length) {
      return "the end";
    }
    int start = at;
    while (start > 0 && (document[start] & 0xC0) == 0x80) { // within a character
      start--;
    }
    String rest = new String(document, start, document.length - start, StandardCharsets.UTF_8);
    return TokenizeCommand.quoted(rest.substring(0, rest.offsetByCodePoints(0, 1)));
  }

  /** What would make a document of the beginning, if that is known and not long. */
  private String completion() {
    byte[] bytes = here.completion();
    if (bytes == null || bytes.length == 0 || bytes.length > MOST_SHOWN) {
      return "";
    }
    return "; such as " + new String(bytes, StandardCharsets.UTF_8);
  }
}
