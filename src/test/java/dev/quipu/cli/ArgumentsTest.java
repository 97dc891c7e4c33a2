package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

  private static byte[] line(String... args) {
    return (String.join("\0", args) + "\0").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatTheLocaleLostIsReadAgain() {
    byte[] commandLine = line("java", "-jar", "quipu.jar", "-p", "Größe?", "");
    assertThat(Arguments.decode(commandLine, new String[] {"-p", "Gr??e?", ""})).containsExactly("-p", "Größe?", "");
  }

  @Test
  void argumentsFromElsewhereStayAsTheyAre() {
    assertThat(Arguments.decode(line("java", "@file"), new String[] {"chat"})).containsExactly("chat");
    assertThat(Arguments.decode(line("java"), new String[] {"chat", "-m"})).containsExactly("chat", "-m");
  }
}
