package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcmaPatternTest {

  private static boolean found(String pattern, String text) {
    return EcmaPattern.search(pattern).accepts(text);
  }

  /** Columns: pattern, a text in which it is found, one in which it is not; ⏎ for a newline. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
      "b;abc;ac", "^b;bc;abc", "b$;ab;abc", "^b$;b;bb", "^a|b$;ax;xa", "(^|x)a;a;ba", "a($|x);ba;ab", "a$;a;a⏎",
      "^.$;\u0085;⏎", "^.$;\uD83D\uDE00;ab", "^\\w$;_;é", "^\\d$;7;٧", "^\\s$;\uFEFF;\u200B", "^\\S$;a;`\u2029`",
      "^\\u{1F600}$;\uD83D\uDE00;x", "^\\uD83D\\uDE00$;\uD83D\uDE00;x", "^\\x41\\cJ\\0?$;A⏎;A", "^[\\b]$;`\b`;b",
      "^\\p{Lu}\\p{Script=Greek}$;Éα;éa", "^\\P{L}$;1;a", "^\\p{L}+$;日本;日1", "^\\p{ASCII}\\p{Emoji}$;a1;éx",
      "^\\p{General_Category=Decimal_Number}$;٧;x", "^a{2}$;aa;aaa", "^a{2,}$;aaaa;a", "^a{1,2}$;a;aaa",
      "^a+?b??$;aa;bb",
      "^a{,2}$;a{,2};aa", "^{$;{;a", "^x{a}$;x{a};xa", "^}]$;}];}", "^[^]$;a;aa", "^[\\w-.]$;-;+", "^[a-]$;-;b",
      "^[a\\-z]$;-;m", "^\\-\\_\\/\\@$;-_/@;-", "^(?<year>\\d+)$;12;x", "^(?:ab)+$;abab;aba", "\\bcat\\b;a cat.;cats",
      "\\Bcat;scat;a cat", "^(?=.*a)(?!.*b)\\w+$;xax;xab", "(?<=a)b;ab;cb", "(?<!a)b;cb;ab", "^(?!x$)\\w*$;xx;x",
      "^((?!ab).)*$;ba;cab", "^(a(?=b)|b)+$;abb;ba", "^(?:(?=a)|b)*a$;ba;bb", "^(\\/?[a-z]*($|\\/))+$;/a/b/;/a/B",
      "(?i)abc;xABc;ab", "^(?i:a)b$;Ab;AB", "^(?s:.)$;⏎;ab", "^[^a](?i:[^a])$;bb;bA", "^a(?i)b$;aB;AB",
      "(a|ab)(c|bcd)$;abcd;abd", "^$;``;a", "(?<=^|,)x(?=,|$);a,x;ax"})
  void isFoundAsEcmaScriptFinds(String pattern, String in, String notIn) {
    assertThat(found(pattern, in.replace('⏎', '\n'))).as("%s in %s", pattern, in).isTrue();
    assertThat(found(pattern, notIn.replace('⏎', '\n'))).as("%s in %s", pattern, notIn).isFalse();
  }

  /** Columns: pattern, what the refusal names, the place. */
  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "(a)\\1;back reference;3", "(?<n>a)\\k<n>;back reference;7", "a(?>b);group of this kind;1",
      "a\\Z;escape \\Z;1", "\\A;escape \\A;0", "a**;repetition of a repetition;2", "*a;nothing to repeat;0",
      "a{2}{3};repetition of a repetition;4", "x{3,2};from more to fewer;1", "(a;not closed;0", "a);without its (;1",
      "[a;not closed;0", "[z-a];ends before it begins;1", "a\\;a \\ at the end;1", "\\p{Klingon};unknown property;0",
      "\\u{110000};without a code point;0", "(?<=a$)b;look ahead;5", "(?:a?$){2};two or more repetitions;0",
      "(?P=n);group of this kind;0", "(?x)a;group of this kind;0"})
  void whatItCannotReadIsRefusedWithItsPlace(String pattern, String what, int place) {
    assertThatThrownBy(() -> EcmaPattern.search(pattern)).isInstanceOf(QuipuException.class)
        .hasMessageContaining(what).hasMessageEndingWith("at character " + place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a^b", "a$b", "\\b\\B", "^(?=a)b", "^a(?<=b)", "^[]$", "^[^\\s\\S]$", "^[\\uD800-\\uDFFF]$"})
  void whatIsNeverFoundIsEmpty(String pattern) {
    assertThat(EcmaPattern.search(pattern).isEmpty()).isTrue();
    assertThat(EcmaPattern.search(pattern).shortest()).isNull();
  }

  @Test
  void aWholeMatchNeedsNoAnchors() {
    assertThat(EcmaPattern.whole("a|b").accepts("b")).isTrue();
    assertThat(EcmaPattern.whole("a|b").accepts("ab")).isFalse();
    assertThat(EcmaPattern.whole("^a$").accepts("a")).isTrue();
    assertThat(EcmaPattern.whole("a\\b").accepts("a")).isTrue();
  }

  /** What stands around a pattern in a longer text is none of its business. */
  @Test
  void asPartOfATextItSeesNothingOfTheRest() {
    Language word = EcmaPattern.whole("\\bcat\\b");
    assertThat(Language.text("s").then(word).then(Language.text("s")).accepts("scats")).isTrue();
    Language ahead = EcmaPattern.whole("(?:a(?!b)|c)+");
    assertThat(ahead.then(Language.text("b")).accepts("cab")).isTrue();
    assertThat(EcmaPattern.search("^a").repeat(2, 2).accepts("axa")).isTrue();
  }

  @Test
  void deepNestingIsRefusedAndNotTooDeepIsNot() {
    assertThat(found("(".repeat(200) + "a" + ")*".repeat(200), "aaa")).isTrue();
    assertThat(found("(?=".repeat(200) + "a" + ")".repeat(200), "a")).isTrue();
    for (String group : new String[] {"(", "(?=", "(?<!", "(?i:"}) {
      assertThatThrownBy(() -> EcmaPattern.search(group.repeat(100_000) + ")".repeat(100_000)))
          .isInstanceOf(QuipuException.class).hasMessageContaining("more than 250 nested groups");
    }
  }
}
