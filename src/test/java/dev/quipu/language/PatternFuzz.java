package dev.quipu.language;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.QuipuException;
import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import java.util.List;

/** Any pattern is refused or is a language that can be walked through, and so is what is not in it. */
public final class PatternFuzz {

  private static final List<String> TEXTS = List.of("", "aaaaaaaaaaaaaaaaaaaaaaab", "ab\ncd\n",
      "Don't  stop\r\n\t123 ½é\uD83D\uDE00 x-y", "\\u00e9\\ud83d\\ude00", "2024-02-30T25:61:61Z");
  private static final String[] PARTS = {
      "a", ".", "\\s", "\\d", "\\W", "\\p{L}", "\\P{Lu}", "[ab]", "[^a]", "[a-z\\-]", "[]", "[^]", "\\u00e9",
      "\\u{1F600}", "\\x41", "é", "\uD83D\uDE00", "^", "$", "\\b", "\\B", "|", "|", "(", "(?:", "(?=", "(?!",
      "(?<=", "(?<!", "(?<n>", "(?i)", "(?s:", ")", ")", ")", "*", "+", "?", "{2}", "{0,3}", "{2,}", "{0,65535}", "*?",
      "{"};

  private PatternFuzz() {}

  /** The first byte 0: a pattern built from choices; else the pattern itself. */
  public static void fuzzerTestOneInput(byte[] data) {
    Fuzz.worksOrRefuses(() -> walk(pattern(data)));
  }

  static String pattern(byte[] data) {
    if (data.length == 0 || data[0] != 0) {
      return new String(data, UTF_8);
    }
    Choices choices = new Choices(data, 1);
    StringBuilder pattern = new StringBuilder();
    while (!choices.atEnd()) {
      pattern.append(choices.of(PARTS));
    }
    return pattern.toString();
  }

  private static void walk(String pattern) {
    Language language = EcmaPattern.search(pattern);
    for (Language each : List.of(language, language.not(), language.and(Language.lengths(3, 10)))) {
      walk(each);
    }
    for (String text : TEXTS) {
      if (language.accepts(text) == language.not().accepts(text)) {
        throw new AssertionError(text);
      }
    }
  }

  private static void walk(Language language) {
    String shortest = language.isEmpty() ? null : shortest(language);
    if (shortest != null && !language.accepts(shortest)) {
      throw new AssertionError("the shortest text is none: " + shortest);
    }
    StringLexemes table = new StringLexemes();
    for (String text : TEXTS) {
      StringLexeme at = language.isEmpty() ? null : table.of(language);
      for (byte b : text.getBytes(UTF_8)) {
        at = at == null ? null : at.next(b & 0xFF);
      }
    }
  }

  /** Null if it takes too long to find. */
  private static String shortest(Language language) {
    try {
      return language.shortest();
    } catch (QuipuException e) {
      return null;
    }
  }
}
