package dev.quipu.text.regex;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import java.util.List;

/** Any pattern is refused or finds matches that lie in the text, one after the other. */
public final class RegexFuzz {

  private static final List<String> TEXTS = List.of("", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
      "Don't  stop\r\n\t12345 ½²\u00e9\u0301 \uD83D\uDE00 \u0130\u212A\u017F ss ﬁ _x-y\u200D\uD800 ]^\\", "ab\ncd\n");
  private static final String[] SETS = {
      "a", ".", "\\s", "\\S", "\\d", "\\w", "\\W", "\\h", "\\p{L}", "\\P{N}", "\\p{^Lu}", "\\p{Han}", "[ab]",
      "[^a]", "[a-z&&[^b]]", "[\\w]", "[^\\s\\p{L}\\p{N}]", "[]a]", "[-a]", "[a\\-z]", "\\u00e9", "\\x{1F600}",
      "\\x41", "\\n", "é", "\uD83D\uDE00", "ss", "s", "k"};
  private static final String[] PLACES = {
      "^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "(?i)", "(?m)", "(?-i)", "(?#c)"};
  private static final String[] GROUPS = {
      "(", "(?:", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?i:", "(?m-i:"};
  private static final String[] QUANTIFIERS = {
      "*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{0,3}", "{2,}", "{,4}", "{1,2}?", "{3}+", "{0}",
      "{9}"};

  private RegexFuzz() {}

  /** The first byte 0: a pattern built from choices; else the pattern itself. */
  public static void fuzzerTestOneInput(byte[] data) {
    Fuzz.worksOrRefuses(() -> matches(pattern(data)));
  }

  static String pattern(byte[] data) {
    if (data.length == 0 || data[0] != 0) {
      return new String(data, UTF_8);
    }
    StringBuilder pattern = new StringBuilder();
    alternatives(new Choices(data, 1), 0, pattern);
    return pattern.toString();
  }

  private static void alternatives(Choices choices, int depth, StringBuilder out) {
    do {
      do {
        atom(choices, depth, out);
      } while (choices.below(3) != 0);
    } while (choices.below(4) > 2 && out.append('|') != null);
  }

  private static void atom(Choices choices, int depth, StringBuilder out) {
    int kind = choices.below(8);
    if (kind > 5 && depth < 6) {
      out.append(choices.of(GROUPS));
      alternatives(choices, depth + 1, out);
      out.append(')');
    } else {
      out.append(kind == 5 ? choices.of(PLACES) : choices.of(SETS));
    }
    for (int i = choices.below(8); i > 5; i--) {
      out.append(choices.of(QUANTIFIERS));
    }
  }

  private static void matches(String pattern) {
    Regex regex = Regex.of(pattern);
    for (String text : TEXTS) {
      Regex.Matcher matcher = regex.matcher(text, 0, text.length());
      for (int from = 0; from <= text.length() && matcher.find(from); from = after(text, matcher.end())) {
        if (matcher.start() < from || matcher.end() < matcher.start() || matcher.end() > text.length()) {
          throw new AssertionError("[" + matcher.start() + ", " + matcher.end() + ") from " + from);
        }
      }
    }
  }

  /** The next position that is not within a character. */
  private static int after(String text, int at) {
    return at < text.length() ? text.offsetByCodePoints(at, 1) : at + 1;
  }
}
