package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LanguageTest {

  private static Language search(String pattern) {
    return EcmaPattern.search(pattern);
  }

  @Test
  void whatIsEqualIsTheSame() {
    assertThat(search("")).isSameAs(Language.ANY);
    assertThat(Language.NONE.not()).isSameAs(Language.ANY);
    assertThat(Language.lengths(0, -1)).isSameAs(Language.ANY);
    assertThat(Language.lengths(3, 5).and(Language.lengths(4, 9))).isEqualTo(Language.lengths(4, 5));
    assertThat(Language.lengths(3, 5).not().not()).isEqualTo(Language.lengths(3, 5));
    assertThat(search("^[a-z]{1,4096}$").and(Language.lengths(2, 5000))).isEqualTo(search("^[a-z]{2,4096}$"));
    assertThat(search("^a*a*$")).isEqualTo(search("^a*$"));
    assertThat(search("^(a|b)c|ac$").and(search("x").not())).isEqualTo(search("x").not().and(search("^(b|a)c|ac$")));
    assertThat(search("a").or(search("a").not())).isSameAs(Language.ANY);
    assertThat(search("a").and(search("a").not())).isSameAs(Language.NONE);
  }

  @Test
  void longCountsAreOneNode() {
    Language many = search("^.{0,65535}$");
    assertThat(many.isEmpty()).isFalse();
    assertThat(many.count(1L << 60)).isEqualTo(1L << 60);
    assertThat(search("^a{0,65535}$").count(1L << 60)).isEqualTo(65536);
    assertThat(search("^[a-z]{1,4096}$").and(search("foo").not()).and(Language.lengths(4000, -1)).isEmpty()).isFalse();
  }

  @Test
  void whatWouldExplodeIsBuiltAsItIsWalked() {
    Language explosive = search("^.*foo.{100}$");
    assertThat(explosive.isEmpty()).isFalse();
    assertThat(explosive.accepts("xfoofoo" + "y".repeat(100))).isTrue();
    assertThat(explosive.accepts("xfoofoo" + "y".repeat(101))).isFalse();
    assertThat(search("^(a?){500}a{500}$").accepts("a".repeat(700))).isTrue();
    assertThat(search("^((a*)*)*b$").accepts("a".repeat(10_000))).isFalse();
  }

  @Test
  void whatTakesTooLongIsRefused() {
    assertThatThrownBy(() -> search("^(a|b)*a(a|b){30}$").and(search("^(a|b)*b(a|b){30}$")).isEmpty())
        .isInstanceOf(TooComplex.class).hasMessageContaining("states to find out");
    assertThatThrownBy(() -> search("^(a{65535}){65535}$"))
        .isInstanceOf(TooComplex.class).hasMessageContaining("every text has more than");
    assertThatThrownBy(() -> search("^" + "[ab]?[bc]?".repeat(3000) + "$"))
        .isInstanceOf(TooComplex.class).hasMessageContaining("may be left out");
    assertThatThrownBy(() -> {
      Language deep = Language.text("a");
      for (int i = 0; i < 5000; i++) {
        deep = deep.then(Language.text("b")).not();
      }
    }).isInstanceOf(TooComplex.class).hasMessageContaining("levels of nesting");
  }

  @Test
  void longTextsDoNotOverflowTheStack() {
    String text = "ab".repeat(50_000);
    assertThat(Language.text(text).accepts(text)).isTrue();
    assertThat(Language.text(text)).isEqualTo(Language.text(text));
    assertThat(Language.text(text).and(search("b$")).shortest()).isEqualTo(text);
    assertThat(Language.texts(List.of(text, text + "c")).count(5)).isEqualTo(2);
  }

  @Test
  void thousandsOfTextsAreOneTree() {
    Random random = new Random(5);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      texts.add(Long.toString(random.nextLong(1L << 40), 36) + i);
    }
    Language all = Language.texts(texts);
    Collections.shuffle(texts, random);
    assertThat(all).isEqualTo(Language.texts(texts));
    assertThat(all.count(100_000)).isEqualTo(5000);
    assertThat(texts).allMatch(all::accepts);
    assertThat(all.accepts(texts.getFirst() + "x")).isFalse();
    assertThat(all.and(Language.texts(texts).not()).isEmpty()).isTrue();
    Language rest = all.and(Language.texts(texts.subList(0, 4999)).not());
    assertThat(rest.shortest()).isEqualTo(texts.getLast());
    assertThat(all.and(search("7")).count(100_000)).isEqualTo(texts.stream().filter(t -> t.contains("7")).count());
  }

  @Test
  void infinitelyManyAreCountedUpToTheLimit() {
    assertThat(search("^[ab]*$").count(1000)).isEqualTo(1000);
    assertThat(search("^[ab]*$").and(search("aa").not()).count(1000)).isEqualTo(1000);
    assertThat(search("^[ab]{0,3}$").and(search("aa").not()).count(1000)).isEqualTo(1 + 2 + 3 + 5);
    assertThat(search("^a*$").and(search("b").not().not()).count(1000)).isZero();
  }

  /** 127 rounds of two characters and a last letter are all that 255 characters have room for. */
  @Test
  void roundsThatALengthHasNoRoomForAreNotCounted() {
    Language names = search("^(.{1,63}\\.){1,127}[a-z]$").and(Language.lengths(0, 255));
    assertThat(after(names, "a.b.c.d")).isEqualTo(after(names, "abcde.d"));
    assertThat(names.accepts("a.".repeat(127) + "z")).isTrue();
    assertThat(search("^(.{1,63}\\.){1,9}[a-z]$").and(Language.lengths(0, 255)).accepts("a.".repeat(10) + "z"))
        .as("a round of a.a.").isTrue();
  }

  private static Language after(Language language, String text) {
    return text.codePoints().boxed().reduce(language, Language::after, (a, b) -> b);
  }

  @Test
  void halvesOfSurrogatePairsAreNoCharacters() {
    assertThat(Language.text("a\uD800")).isSameAs(Language.NONE);
    assertThat(Language.texts(List.of("\uDC00", "b"))).isEqualTo(Language.text("b"));
    assertThat(Language.ANY.accepts("\uD800")).isFalse();
    assertThat(Language.ANY_CHAR.count(1L << 30)).isEqualTo(0x110000 - 0x800);
  }

  @Test
  void aShortestTextIsReadable() {
    assertThat(search("^[^a-y]{3}$").shortest()).isEqualTo("zzz");
    assertThat(search("^(?=.*[A-Z])(?=.*\\d)(?=.*[!?])\\S{8,}$").shortest()).hasSize(8).matches("[ -~]+");
  }
}
