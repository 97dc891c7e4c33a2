package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TokenizeCommandTest {

  private static String quoted(String text) {
    return TokenizeCommand.quoted(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aTokenIsOneLineWithItsSpaces() {
    assertThat(quoted(" sky")).isEqualTo("\" sky\"");
    assertThat(quoted("\n\t\"\\\u0007")).isEqualTo("\"\\n\\t\\\"\\\\\\x07\"");
    assertThat(quoted("größe😀")).isEqualTo("\"größe😀\"");
  }

  @Test
  void aPartOfACharacterIsShownAsBytes() {
    assertThat(TokenizeCommand.quoted(new byte[] {' ', (byte) 0xF0, (byte) 0x9F, (byte) 0x98}))
        .isEqualTo("\" \\xF0\\x9F\\x98\"");
  }
}
