package dev.quipu.grammar;

import dev.quipu.mask.Position;
import java.nio.charset.StandardCharsets;

/** Texts as they are written by a grammar. */
final class Written {

  private Written() {}

  /** The position after a text; null if nothing leads there. */
  static Position after(Position start, String text) {
    Position position = start;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      position = position == null ? null : position.next(b & 255);
    }
    return position;
  }

  static Position after(Grammar grammar, String text) {
    return after(grammar.start(), text);
  }

  static boolean accepts(Grammar grammar, String text) {
    Position after = after(grammar, text);
    return after != null && after.complete();
  }

  /** The printable characters that may come next. */
  static String allowed(Position position) {
    StringBuilder allowed = new StringBuilder();
    for (int b = ' '; b < 127; b++) {
      if (position.next(b) != null) {
        allowed.append((char) b);
      }
    }
    return allowed.toString();
  }
}
