package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.InvalidRequestException;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerSettingsTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      -1  | 0    | 0   | 1 | 0  | 0   | .1 | temp            | temp must be in [0, 2] but is -1.0
      2.5 | 0    | 0   | 1 | 0  | 0   | .1 | temp            | temp must be in [0, 2] but is 2.5
      NaN | 0    | 0   | 1 | 0  | 0   | .1 | temp            | temp must be in [0, 2] but is NaN
      1   | 1.01 | 0   | 1 | 0  | 0   | .1 | top_p            | top_p must be in [0, 1] but is 1.01
      1   | 0    | 1.5 | 1 | 0  | 0   | .1 | min_p            | min_p must be in [0, 1] but is 1.5
      1   | 0    | 0   | 0 | 0  | 0   | .1 | min_tokens_to_keep | min_tokens_to_keep must be at least 1 but is 0
      1   | 0    | 0   | 1 | -1 | 0   | .1 | top_k            | top_k must be at least 0 but is -1
      1   | 0    | 0   | 1 | 0  | 1.1 | .1 | xtc_probability | xtc_probability must be in [0, 1] but is 1.1
      1   | 0    | 0   | 1 | 0  | 0   | .6 | xtc_threshold | xtc_threshold must be in [0, 0.5] but is 0.6
      """)
  void valueOutOfItsRangeIsRefused(double temp, double topP, double minP, int keep, int topK, double xtcProbability,
      double xtcThreshold, String parameter, String message) {
    assertThatThrownBy(
        () -> new SamplerSettings(temp, topP, minP, keep, topK, xtcProbability, xtcThreshold, List.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidRequestException.class))
        .satisfies(e -> assertThat(e.parameter()).isEqualTo(parameter))
        .satisfies(e -> assertThat(e).hasMessage(message));
  }

  @Test
  void endsOfTheRangesAreAllowed() {
    SamplerSettings settings = new SamplerSettings(2, 1, 1, 5, 4, 1, .5, List.of(4));
    settings.checkVocabulary(5);
    assertThat(settings.greedy()).isFalse();
    assertThat(SamplerSettings.GREEDY.greedy()).isTrue();
  }

  @Test
  void whatTheVocabularyDecidesIsRefusedOnceItIsKnown() {
    assertTooSmall(new SamplerSettings(1, 0, 0, 1, 5, 0, .1, List.of()), "top_k");
    assertTooSmall(new SamplerSettings(1, 0, .1, 6, 0, 0, .1, List.of()), "min_tokens_to_keep");
    assertTooSmall(new SamplerSettings(1, 0, 0, 1, 0, 1, .1, List.of(5)), "xtc_special_tokens");
  }

  private static void assertTooSmall(SamplerSettings settings, String parameter) {
    assertThatThrownBy(() -> settings.checkVocabulary(5))
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidRequestException.class))
        .satisfies(e -> assertThat(e.parameter()).isEqualTo(parameter));
  }
}
