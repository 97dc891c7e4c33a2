package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcmaSyntaxTest {

  private static final Language PATTERNS = Formats.of("regex");

  @ParameterizedTest
  @ValueSource(strings = {"", "a|", "^a.*b+?c{2}d{1,}e{1,2}?$", "()", "(a|(?:b)|(?=c)|(?!d)|(?<=e)|(?<!f))", "[]", "[^]",
      "[a-z-]", "[-a]", "[a-]", "[\\w-]", "[--a]", "[\\]\\\\]", "\\cA\\0\\x41\\u0041\\t\\d\\B", "\\u{1F600}\\p{L}",
      "[\\uD83D\\uDE00-\\uD83D\\uDE01]", "[é-ü]", "[a-\\u{10FFFF}]", "(?<n>a)\\k<n>", "\\k<n>(?<n>a)", "(a)\\1", "\\2(a)(b)",
      "\\-\\@", "\\/", "[\\-]", "\\p{Script=Greek}\\P{sc=Old_Italic}\\p{scx=Grek}\\p{gc=Lu}",
      "(?<\\u0061b>x)\\k<ab>", "(?<\\u{62}>x)", "(?<𝒳>x)\\k<\\ud835\\udcb3>", "a{02,10}", "(?:a)*", "[😀-😁]", "\\€", "[[]", "[^-]", "([abc])+\\s+$", "^/.+/$"})
  void patterns(String text) {
    assertThat(PATTERNS.accepts(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", ")", "a)", "(a", "[", "]", "[a", "{", "}", "a{", "a{1", "{1}", "a{2,1}", "a{,1}", "*", "a**",
      "a+?+", "+", "?", "^*", "$+", "\\b?", "(?=a)*", "(?<!a)+", "(?a)", "(?i)a", "(?i:a)", "(?#c)", "(?P<n>x)", "(?P=n)",
      "(?<n>a)(?<n>b)", "\\k<n>", "\\k", "(?<n", "(?<>a)", "(?<1>a)", "(?<a-b>)", "\\1", "(a)\\2", "\\", "\\a", "\\_",
      "\\8", "\\00", "\\c1", "\\c", "\\x4", "\\u004", "\\u{110000}", "\\u{}", "\\p", "\\p{}", "\\p{greek}", "\\p{Script}",
      "\\-\\p{L}", "[z-a]", "[\\w-a]", "[a-\\d]", "[b-\\x41]", "[\\u{1F601}-\\u{1F600}]", "[\\1]", "[\\k]", "[\\B]",
      "(?<n>a)|(?<n>b)", "^(abc]", "a{1}{2}", "[ü-é]", "[\\u{10000}-\\uFFFF]"})
  void otherTexts(String text) {
    assertThat(PATTERNS.accepts(text)).isFalse();
  }

  /** From wherever a random beginning leads, what is said to end it does; and it says how short an end can be. */
  @Test
  void everyBeginningHasAnEnd() {
    String[] pieces = {"(", "(?", "?", "<", "<n", ">", ")", "[", "]", "-", "a", "z", "\\", "u", "{", "}", "1", ",", "d",
        "é", "😀", "\\u", "\\uD83D", "\\uDE00", "\\k<", "(?<", "\\p{", "Sc", "x", "c", "0", "F", "*", "+", "^", "=", "!", "|",
        ":", "8", "\\u{1F600}", "\\u00"};
    var random = new SplittableRandom(3);
    for (int round = 0; round < 20_000; round++) {
      Language at = PATTERNS;
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        String piece = pieces[random.nextInt(pieces.length)];
        Language next = at;
        for (int c : piece.codePoints().toArray()) {
          next = next.after(c);
        }
        if (next != Language.NONE) {
          at = next;
          text.append(piece);
        }
      }
      assertThat(at.isEmpty()).isFalse();
      for (Language way : at instanceof Choice choice ? List.of(choice.parts) : List.of(at)) {
        String end = ((Automaton) way).shortestText();
        assertThat(PATTERNS.accepts(text + end)).as("%s + %s", text, end).isTrue();
        assertThat(way.minLength).as("%s + %s", text, end).isLessThanOrEqualTo(end.codePointCount(0, end.length()));
      }
      int some = random.nextInt(0x110000);
      if (some < 0xD800 || some > 0xDFFF) {
        assertThat(at.edges().target(some)).as("%s, %x", text, some).isEqualTo(at.after(some));
      }
    }
  }

  @Test
  void lengthsAndOtherThingsAreAskedForBesides() {
    Language few = PATTERNS.and(Language.lengths(1, 4));
    assertThat(after(few, "((").isEmpty()).isFalse();
    assertThat(after(few, "(((").isEmpty()).isTrue();
    assertThat(after(few, "(?<").isEmpty()).isTrue();
    assertThat(after(few, "[a-z").isEmpty()).isTrue();
    assertThat(after(few, "[a-").shortest()).isEqualTo("]");
  }

  @Test
  void whatIsNoPatternIsDecidedToo() {
    assertThat(PATTERNS.not().accepts("(")).isTrue();
    assertThat(PATTERNS.not().isEmpty()).isFalse();
    assertThat(PATTERNS.and(EcmaPattern.search("^\\($")).isEmpty()).isTrue();
    assertThat(PATTERNS.and(EcmaPattern.search("^\\(a*\\)$")).isEmpty()).isFalse();
    assertThat(PATTERNS.count(1000)).isEqualTo(1000);
    assertThat(PATTERNS.not().count(1000)).isEqualTo(1000);
    assertThat(PATTERNS.and(Language.text("a").not()).count(1000)).isEqualTo(1000);
  }

  private static Language after(Language language, String text) {
    Language at = language;
    for (int c : text.codePoints().toArray()) {
      at = at.after(c);
    }
    return at;
  }

  @Test
  void inAClassAllButItsSyntaxGoesOnForEver() {
    for (String beginning : List.of("[", "[^", "[a", "[a-c", "(x[é")) {
      Language inside = after(beginning);
      CodePointSet endless = inside.endless();
      for (int c : new int[] {'a', 'z', '^', '[', '(', '{', '1', 'é', 0x4E00, 0x1F600}) {
        assertThat(endless.contains(c)).as("%s, then %c", beginning, c).isTrue();
        assertThat(inside.after(c).endless()).as("%s, then %c", beginning, c).isEqualTo(endless);
      }
      assertThat(endless.contains('-') || endless.contains('\\') || endless.contains(']')).isFalse();
    }
    assertThat(after("[b-").endless()).as("not a").isEqualTo(CodePointSet.NONE);
    assertThat(after("a").endless()).isEqualTo(CodePointSet.NONE);
  }

  private static Language after(String beginning) {
    return beginning.codePoints().boxed().reduce(Formats.of("regex"), Language::after, (a, b) -> b);
  }
}
