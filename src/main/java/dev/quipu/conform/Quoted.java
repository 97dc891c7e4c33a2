package dev.quipu.conform;

/** Text in a message: on one line, in quotes, cut to what matters. */
final class Quoted {

  private static final int BEFORE = 20;
  private static final int AFTER = 40;

  private Quoted() {}

  /** Throws a {@link Mismatch} that shows the two texts around the first character in which they differ. */
  static void requireEqual(String where, String expected, String got) {
    if (!expected.equals(got)) {
      int at = firstDifference(expected, got);
      throw Mismatch.of(where + ", character " + at, around(expected, at), around(got, at));
    }
  }

  private static int firstDifference(String a, String b) {
    int at = 0;
    while (at < a.length() && at < b.length() && a.charAt(at) == b.charAt(at)) {
      at++;
    }
    return at;
  }

  /** The text from a little before a place to a little after it. */
  static String around(String text, int at) {
    int from = Math.max(0, at - BEFORE);
    int to = Math.min(text.length(), at + AFTER);
    StringBuilder quoted = new StringBuilder(from > 0 ? "…\"" : "\"");
    for (int i = from; i < to; i++) {
      quoted.append(escaped(text.charAt(i)));
    }
    return quoted.append(to < text.length() ? "\"…" : "\"").toString();
  }

  private static String escaped(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      default -> c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c);
    };
  }
}
