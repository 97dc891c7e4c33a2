package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.generate.GenerationEvent.TopLogprob;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogprobTableTest {

  @Test
  void aTokenIsALineWithWhatElseWasLikely() {
    assertThat(LogprobTable.of(List.of(
        new Token(504, "The", -0.1234f, false,
            List.of(new TopLogprob(504, "The", -0.1234f), new TopLogprob(7, "\n", -2f))),
        new Token(49000, " \"", Float.NEGATIVE_INFINITY, false, List.of())))).isEqualTo("""
            504  "The"              -0.123  "The" -0.123  "\\n" -2.000
          49000  " \\""            -Infinity
        """);
  }
}
