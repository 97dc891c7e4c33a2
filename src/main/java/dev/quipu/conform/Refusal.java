package dev.quipu.conform;

import java.util.List;
import java.util.Locale;

/** What a refusal must say. */
final class Refusal {

  private Refusal() {}

  /** Requires at least one of the words in the message, in whatever case; no words: any message will do. */
  static void requireMention(String message, List<String> words) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (!words.isEmpty() && words.stream().noneMatch(word -> lower.contains(word.toLowerCase(Locale.ROOT)))) {
      throw Mismatch.of("refused, but", "a message with one of " + words, "\"" + message + "\"");
    }
  }
}
