package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.InvalidRequestException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PenaltySettingsTest {

  /** The numbers are mlx-lm 0.32.2's. */
  @Test
  void processorsRunInMlxLmsOrder() {
    float[] logits = {1, -1, 2, 3};
    apply(new PenaltySettings(Map.of(0, 5.0), 1.5, 20, .5, 20, .25, 20), logits, 1, 2, 2);
    assertThat(logits).containsExactly(new float[] {6, -2.25f, .33333f, 3}, within(1e-5f));
  }

  @Test
  void penaltiesLookAtTheLastTokensOnly() {
    float[] logits = {1, 1, 1};
    apply(new PenaltySettings(Map.of(), 0, 20, .5, 2, .25, 1), logits, 0, 1, 2);
    assertThat(logits).containsExactly(1, .5f, .25f);
  }

  @Test
  void contextOfSizeZeroIsTheWholeHistory() {
    float[] logits = {2, 2, -2};
    apply(new PenaltySettings(Map.of(), 2, 0, 0, 20, 0, 20), logits, 0, 2, 0);
    assertThat(logits).containsExactly(1, 2, -4);
  }

  @Test
  void tokensBeyondTheCountAreNotLookedAt() {
    float[] logits = {2, 2};
    for (LogitsProcessor processor : new PenaltySettings(Map.of(), 2, 20, 0, 20, 0, 20).processors()) {
      processor.apply(new int[] {0, 1, 1}, 1, logits, 0, 2);
      processor.apply(new int[] {0, 1, 1}, 0, logits, 0, 2);
    }
    assertThat(logits).containsExactly(1, 2);
  }

  @Test
  void rowMayLieInsideALargerArray() {
    float[] rows = {2, 2, 2, 2};
    for (LogitsProcessor processor : new PenaltySettings(Map.of(0, 1.0), 2, 20, .5, 20, .25, 20).processors()) {
      processor.apply(new int[] {1, 1}, 2, rows, 2, 2);
    }
    assertThat(rows).containsExactly(2, 2, 3, 0);
  }

  @Test
  void noneHasNoProcessors() {
    assertThat(PenaltySettings.NONE.processors()).isEmpty();
  }

  @Test
  void valueOutOfItsRangeIsRefused() {
    assertRefused(() -> new PenaltySettings(Map.of(), -.5, 20, 0, 20, 0, 20), "repetition_penalty must be at least 0");
    assertRefused(() -> new PenaltySettings(Map.of(), Double.NaN, 20, 0, 20, 0, 20), "repetition_penalty");
    assertRefused(() -> new PenaltySettings(Map.of(), 0, -1, 0, 20, 0, 20), "repetition_context_size");
    assertRefused(() -> new PenaltySettings(Map.of(), 0, 20, Double.NaN, 20, 0, 20), "presence_penalty");
    assertRefused(() -> new PenaltySettings(Map.of(), 0, 20, 0, 20, Double.POSITIVE_INFINITY, 20), "frequency_penalty");
    assertRefused(() -> new PenaltySettings(Map.of(-1, 1.0), 0, 20, 0, 20, 0, 20), "logit_bias");
    assertRefused(() -> apply(new PenaltySettings(Map.of(3, 1.0), 0, 20, 0, 20, 0, 20), new float[3]),
        "logit_bias must name ids below the vocabulary's 3 tokens but names 3");
  }

  private static void apply(PenaltySettings settings, float[] logits, int... tokens) {
    for (LogitsProcessor processor : settings.processors()) {
      processor.apply(tokens, tokens.length, logits, 0, logits.length);
    }
  }

  private static void assertRefused(Runnable action, String message) {
    assertThatThrownBy(action::run).isInstanceOf(InvalidRequestException.class).hasMessageContaining(message);
  }
}
