package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(screen, true, StandardCharsets.UTF_8);

  private String shown() {
    return screen.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theBarShowsTheShare() {
    assertThat(ProgressBar.line("Reading", 0, 1000)).isEqualTo("Reading [------------------------] 0/1000");
    assertThat(ProgressBar.line("Reading", 512, 1024)).isEqualTo("Reading [############------------] 512/1024");
    assertThat(ProgressBar.line("Reading", 1024, 1024)).isEqualTo("Reading [########################] 1024/1024");
  }

  @Test
  void withoutATotalThereIsNoShare() {
    assertThat(ProgressBar.line("Loading", 0, 0)).isEqualTo("Loading …");
    assertThat(ProgressBar.line("Loading a-model-with-a-name-that-never-ends-" + "x".repeat(100), 0, 0)).hasSize(42);
  }

  @Test
  void whatIsShortShowsNothing() {
    try (ProgressBar bar = ProgressBar.start("Reading", terminal, () -> true)) {
      bar.update(1, 2);
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void withoutATerminalNothingIsShown() throws InterruptedException {
    try (ProgressBar bar = ProgressBar.start("Reading", terminal, () -> false)) {
      bar.update(1, 2);
      Thread.sleep(800);
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void theBarSaysWhatIsUnderWay() throws InterruptedException {
    try (ProgressBar bar = ProgressBar.start("Reading", terminal, () -> true)) {
      bar.update("Looking", 1, 2);
      for (int i = 0; i < 100 && shown().isEmpty(); i++) {
        Thread.sleep(50);
      }
    }
    assertThat(shown()).startsWith("\r" + ProgressBar.line("Looking", 1, 2) + "\r");
  }

  @Test
  void theBarIsErasedAtTheEnd() throws InterruptedException {
    try (ProgressBar bar = ProgressBar.start("Reading", terminal, () -> true)) {
      bar.update(1, 2);
      for (int i = 0; i < 100 && shown().isEmpty(); i++) {
        Thread.sleep(50);
      }
    }
    String line = ProgressBar.line("Reading", 1, 2);
    assertThat(shown()).isEqualTo("\r" + line + "\r" + " ".repeat(line.length()) + "\r");
  }
}
