package dev.quipu.text.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.quipu.QuipuException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {

  /** Columns: pattern, text (⏎ for a newline), the leftmost match; as the Replace of tokenizers 0.23.3 finds it. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
      "a+?b;xaab;aab", "(?:ab|a)(?:c|bcd);abcd;abc", "(?>a+)b;xaab;aab", "(?i:'s);x'ſ;'ſ", "(?i:k);\u212A;\u212A",
      "a{2,}+b;aaab;aaab", "x*;ab;``", "[a-c&&[^b]]+;bacb;ac", "\\p{^L}+;ab12;12", "(?:a*)*b;aaab;aaab",
      "\\bé;aé é;é", "(?<!a)b;abcb;b", "a(?!b).;abac;ac", "[]a]+;x]a];]a]", "[^\\W\\d]+;12ab;ab",
      "a\\w;a½;a½", "a[\\w];a½ab;ab", "^b;a⏎b;b", "a$;a⏎b;a", ".+;ab⏎cd;ab", "(?m:.+);a⏎b;a⏎b"})
  void matchesAsOnigurumaDoes(String pattern, String line, String match) {
    String text = line.replace('⏎', '\n');
    Regex.Matcher matcher = Regex.of(pattern).matcher(text, 0, text.length());
    assertThat(matcher.find(0)).isTrue();
    assertThat(text.substring(matcher.start(), matcher.end())).isEqualTo(match.replace('⏎', '\n'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(?:ab)+", "(?:a|b)*", "(?:a|b)*?$", "[ab]+", "(?:a+b+)+", "(?=(?:ab)*)a"})
  void aMillionCharactersDoNotOverflowTheStack(String pattern) {
    String text = "ab".repeat(500_000);
    assertThat(Regex.of(pattern).matcher(text, 0, text.length()).find(0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a)\\1", "(?<n>a)", "(?<=ab)c", "[[:alpha:]]", "\\G", "\\p{Nonsense}",
      "(?i:ss)", "(?i:é)", "(?x:a)", "(", ")", "[", "a**b(", "*", "\\", "[b-a]", "a{2000}"})
  void whatItCannotMatchExactlyIsRefused(String pattern) {
    assertThatThrownBy(() -> Regex.of(pattern)).isInstanceOf(QuipuException.class).hasMessageContaining(pattern);
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> Regex.of("(".repeat(100_000))).isInstanceOf(QuipuException.class);
    assertThatThrownBy(() -> Regex.of("[".repeat(100_000))).isInstanceOf(QuipuException.class);
  }

  /** Doubling the text doubles the steps, but for these, where one character more does. */
  @ParameterizedTest
  @ValueSource(strings = {
      "(?:a+)+b", "(?:a*)*?b", "(?:a|a)*b", "(?=(?:a|aa)+b)a", "(?>(?:a*a*)*b)", "(?:a?){30}a{30}b"})
  void backtrackingThatHasNoEndIsRefused(String pattern) {
    String text = "a".repeat(40);
    Regex.Matcher matcher = Regex.of(pattern).matcher(text, 0, text.length());
    assertTimeoutPreemptively(Duration.ofSeconds(60), () -> assertThatThrownBy(() -> matcher.find(0))
        .isInstanceOf(QuipuException.class)
        .hasMessageContainingAll(pattern, "too many steps on a text of 40 characters"));
  }

  @Test
  void aRepetitionWithTooManyWaysBackIsRefused() {
    String text = "ab".repeat(3_000_000);
    Regex.Matcher matcher = Regex.of("(?:a|b)*c").matcher(text, 0, text.length());
    assertThatThrownBy(() -> matcher.find(0)).isInstanceOf(QuipuException.class)
        .hasMessageContaining("keeps too many ways back");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a|", "[a]|", "a&&"})
  void aPatternMayHaveManyParts(String part) {
    String many = part.endsWith("&") ? "[" + part.repeat(10_000) + "a]" : part.repeat(20_000) + "b";
    assertThat(Regex.of(many).matcher("a", 0, 1).find(0)).isTrue();
    String members = "[" + "xyz".repeat(20_000) + "a]";
    assertThat(Regex.of(members).matcher("a", 0, 1).find(0)).isTrue();
  }

  @Test
  void whatWouldNestWithoutEndIsRefused() {
    assertThatThrownBy(() -> Regex.of("a" + "*".repeat(50_000))).hasMessageContaining("quantifiers in a row");
    assertThatThrownBy(() -> Regex.of("a".repeat(1_000_000))).hasMessageContaining("has 1000000 characters");
  }
}
