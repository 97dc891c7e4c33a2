package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {

  private final Flags flags = Flags.parse(new GenerateCommand().syntax(), List.of("Why?"));

  @Test
  void aMessageForTheUserIsPrintedAlone() {
    QuipuException e = new QuipuException("config.json: there is none", new IOException("x"));
    assertThat(Failures.message(e, flags)).isEqualTo("config.json: there is none");
    assertThat(Failures.exitCode(e)).isEqualTo(1);
  }

  @Test
  void aPromptGivenAsWordsHasNoFlag() {
    InvalidRequestException e = new InvalidRequestException("prompt", "must not be empty");
    assertThat(Failures.message(e, flags)).isEqualTo("The prompt must not be empty");
    assertThat(Failures.exitCode(e)).isEqualTo(2);
  }

  @Test
  void aParameterWithoutAFlagKeepsItsName() {
    InvalidRequestException e = new InvalidRequestException("xtc_special_tokens", "must be ids");
    assertThat(Failures.message(e, flags)).isEqualTo("xtc_special_tokens must be ids");
  }

  @Test
  void tooLittleMemorySaysWhatHelps() {
    assertThat(Failures.message(new OutOfMemoryError("Java heap space"), flags))
        .contains("Java heap space", "-Xmx", "--prefill-step-size");
    assertThat(Failures.message(new BootstrapMethodError(new OutOfMemoryError("Java heap space")), flags))
        .contains("-Xmx");
    assertThat(Failures.exitCode(new OutOfMemoryError())).isEqualTo(1);
  }

  @Test
  void anUnexpectedExceptionIsOneLine() {
    assertThat(Failures.message(new IllegalStateException("odd"), flags))
        .isEqualTo("internal error: java.lang.IllegalStateException: odd (run with --verbose to see where)");
    assertThat(Failures.exitCode(new IllegalStateException())).isEqualTo(1);
  }
}
