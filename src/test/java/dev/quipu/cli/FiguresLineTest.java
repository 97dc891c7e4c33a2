package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.GenerationEvent.Figures;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FiguresLineTest {

  @Test
  void figuresArePrintedInMlxLmsWords() {
    assertThat(FiguresLine.of(new Figures(38, 0, 0.5, 40, 0, 0.25), OptionalLong.of(345_000_000)))
        .isEqualTo("Prompt: 38 tokens, 76.000 tokens-per-sec | Generation: 40 tokens, 160.000 tokens-per-sec"
            + " | Peak memory: 0.345 GB");
  }

  @Test
  void whatIsUnknownIsLeftOutAndWhatWasCachedIsSaid() {
    assertThat(FiguresLine.of(new Figures(211, 194, 0.5, 1, 0, 0), OptionalLong.empty()))
        .isEqualTo("Prompt: 211 tokens (194 cached), 34.000 tokens-per-sec"
            + " | Generation: 1 tokens, 0.000 tokens-per-sec");
  }
}
