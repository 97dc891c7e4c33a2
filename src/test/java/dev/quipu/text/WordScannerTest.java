package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.text.regex.Regex;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hand-written scanners against the same patterns as regular expressions. */
class WordScannerTest {

  private static final String CHARS = "aaBz"
      + "ʼé\u0301ßſǅʰ日1٣½Ⅷ  \t\n\r\u00A0\u3000\u0085'''stmdrevl/.,!-\uD83D\uDC4D\u200D";

  @ParameterizedTest
  @ValueSource(strings = {
      WordScanner.GPT2, WordScanner.LLAMA3, WordScanner.QWEN2, WordScanner.O200K, WordScanner.TEKKEN})
  void wordsEndWhereThePatternsMatchEnds(String pattern) {
    WordScanner scanner = WordScanner.of(pattern);
    Regex regex = Regex.of(pattern);
    var random = new Random(3);
    for (int i = 0; i < 4000; i++) {
      String text = text(random);
      Regex.Matcher matcher = regex.matcher(text, 0, text.length());
      for (int at = 0; at < text.length(); at = matcher.end()) {
        assertThat(matcher.find(at)).isTrue();
        assertThat(matcher.start()).isEqualTo(at);
        assertThat(scanner.wordEnd(text, at, text.length())).as("from %d in %s", at, text).isEqualTo(matcher.end());
      }
    }
  }

  private static String text(Random random) {
    int[] chars = CHARS.codePoints().toArray();
    var text = new StringBuilder();
    int length = random.nextInt(30);
    for (int i = 0; i < length; i++) {
      int c = random.nextInt(20) == 0 ? random.nextInt(0x30000) : chars[random.nextInt(chars.length)];
      text.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 'x' : c);
    }
    return text.toString();
  }
}
