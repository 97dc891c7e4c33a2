package dev.quipu.language;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.mask.Position;
import org.junit.jupiter.api.Test;

class TextPositionTest {

  private static Position walk(Language language, byte... bytes) {
    Position at = TextPosition.of(language);
    for (int i = 0; i < bytes.length && at != null; i++) {
      at = at.next(bytes[i] & 0xFF);
    }
    return at;
  }

  @Test
  void aTextGoesOnWhileItCanBeCompleted() {
    Language language = EcmaPattern.whole("é{2}|[a-c]+");
    assertThat(walk(language, "é".getBytes(UTF_8)).complete()).isFalse();
    assertThat(walk(language, "éé".getBytes(UTF_8)).complete()).isTrue();
    assertThat(walk(language, "ab".getBytes(UTF_8)).complete()).isTrue();
    assertThat(walk(language, "ad".getBytes(UTF_8))).isNull();
    assertThat(walk(language, (byte) 0xC3)).isNotNull();
    assertThat(walk(language, (byte) 0xC4)).isNull();
    assertThat(walk(language, (byte) 0xC3, (byte) 0xA8)).isNull();
  }

  @Test
  void quotesAndControlsAreCharactersAsOthers() {
    assertThat(walk(Language.ANY, "\"\\\n\0".getBytes(UTF_8)).complete()).isTrue();
    assertThat(walk(Language.ANY, (byte) 0xED, (byte) 0xA0)).isNull();
    assertThat(walk(Language.ANY, (byte) 0xF4, (byte) 0x90)).isNull();
    assertThat(walk(Language.ANY, (byte) 0xC1)).isNull();
  }

  @Test
  void aShortestTextCompletesIt() {
    assertThat(walk(EcmaPattern.whole("a{3}é"), "aa".getBytes(UTF_8)).completion()).isEqualTo("aé".getBytes(UTF_8));
    assertThat(walk(EcmaPattern.whole("é{2}"), (byte) 0xC3).completion())
        .isEqualTo(new byte[] {(byte) 0xA9, (byte) 0xC3, (byte) 0xA9});
    assertThat(walk(Language.ANY, "x".getBytes(UTF_8)).completion()).isEmpty();
  }

  @Test
  void nothingIsAPositionInNoText() {
    assertThat(TextPosition.of(EcmaPattern.search("a^b"))).isNull();
  }

  @Test
  void equalStatesAreEqualPositions() {
    Position start = TextPosition.of(EcmaPattern.whole("a*b"));
    assertThat(start.next('a')).isEqualTo(start.next('a').next('a'));
    assertThat(start.next('a').lexeme()).isSameAs(start.lexeme());
  }
}
