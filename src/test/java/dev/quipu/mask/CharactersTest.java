package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CharactersTest {

  @Test
  void haveOneClassEach() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (!Character.isSurrogate((char) c) || c > 0xFFFF) {
        byte[] bytes = Character.toString(c).getBytes(StandardCharsets.UTF_8);
        long last = 0;
        int reading = 0;
        for (byte b : bytes) {
          last = Characters.of(reading, b & 255);
          reading = Characters.after(reading, b & 255);
        }
        assertThat(reading).isZero();
        assertThat(last).isEqualTo(c < 0x80 ? Characters.ascii(c) : Characters.beyond(BeyondAscii.of(c)));
        assertThat(Long.bitCount(last)).isEqualTo(1);
      }
    }
  }

  @Test
  void beyondAsciiAreOfTheKindThatHasThem() {
    int count = 0;
    for (BeyondAscii kind : BeyondAscii.values()) {
      int[] ranges = kind.ranges();
      for (int i = 0; i < ranges.length; i += 2) {
        for (int c = ranges[i]; c <= ranges[i + 1]; c++, count++) {
          assertThat(BeyondAscii.of(c)).isEqualTo(kind);
        }
      }
    }
    assertThat(count).isEqualTo(0x110000 - 0x80 - 0x800);
  }

  @Test
  void areBrokenWhereBytesAreNoUtf8() {
    for (String bytes : new String[] {"\u0080", "\u00C1\u0080", "\u00E0\u009F\u0080", "\u00ED\u00A0\u0080",
        "\u00F0\u008F\u0080\u0080", "\u00F4\u0090\u0080\u0080", "\u00F5", "\u00E2a", "\u00E2\u0080a"}) {
      long kind = TokenTrie.kind(bytes.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(kind & Characters.BROKEN).as(bytes).isNotZero();
    }
  }

  @Test
  void arePlainWhereAJsonStringHoldsThemAsTheyAre() {
    for (int c = 0; c < 128; c++) {
      boolean plain = c >= ' ' && c != '"' && c != '\\';
      assertThat((Characters.ascii(c) & Characters.PLAIN) != 0).as("%c", c).isEqualTo(plain);
    }
    assertThat(Characters.PLAIN & Characters.BEYOND_ASCII).isEqualTo(Characters.BEYOND_ASCII);
  }
}
