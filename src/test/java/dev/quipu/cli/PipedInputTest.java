package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PipedInputTest {

  private static PipedInput input(String text) {
    return new PipedInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void eachLineIsAMessage() {
    PipedInput input = input("Größe?\n\nlast");
    assertThat(input.read()).isEqualTo("Größe?");
    assertThat(input.read()).isEmpty();
    assertThat(input.read()).isEqualTo("last");
    assertThat(input.read()).isNull();
  }

  @Test
  void aBackslashAtTheEndGoesOnInTheNextLine() {
    assertThat(input("one\\\ntwo\\\nthree\n").read()).isEqualTo("one\ntwo\nthree");
    assertThat(input("one\\").read()).isEqualTo("one");
  }
}
