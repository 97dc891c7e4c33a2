package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PerplexityTest {

  private static Engine engine;

  @BeforeAll
  static void load() {
    engine = Engine.embedded();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void meanAndStandardErrorAreThoseOfTheBook() {
    Perplexity result = Perplexity.of(new double[] {1, 2, 3, 6});
    assertThat(result.tokens()).isEqualTo(4);
    assertThat(result.meanNll()).isEqualTo(3);
    assertThat(result.standardError()).isCloseTo(Math.sqrt(14.0 / 3 / 4), within(1e-12)); // variance with n − 1, over n
    assertThat(result.perplexity()).isCloseTo(Math.exp(3), within(1e-9));
    assertThat(result.standardErrorOfPerplexity()).isCloseTo(Math.exp(3) * Math.sqrt(14.0 / 12), within(1e-9));
  }

  @Test
  void eachWindowIsReadFromNothing() {
    int[] ids = engine.encode(new Prompt.Text("The quick brown fox jumps over the lazy dog. ".repeat(2)));
    assertThat(ids.length).isGreaterThan(17);
    int[] cut = Arrays.copyOf(ids, 17); // windows of 8, 8 and a single token, which is dropped
    List<Integer> progress = new ArrayList<>();
    Perplexity result = Perplexity.of(engine, cut, 8, progress::add);
    double[] byHand = DoubleStream.concat(
        Arrays.stream(engine.negativeLogLikelihoods(Arrays.copyOfRange(cut, 0, 8))),
        Arrays.stream(engine.negativeLogLikelihoods(Arrays.copyOfRange(cut, 8, 16)))).toArray();
    assertThat(result).isEqualTo(Perplexity.of(byHand));
    assertThat(result.tokens()).isEqualTo(14);
    assertThat(progress).containsExactly(0, 8);
  }

  @Test
  void aTextThatRepeatsIsForeseen() {
    int[] ids = engine.encode(new Prompt.Text("one two three four five six seven eight. ".repeat(20)));
    double[] nll = engine.negativeLogLikelihoods(ids);
    assertThat(nll).hasSize(ids.length - 1);
    assertThat(Arrays.stream(nll).min().orElseThrow()).isNotNegative();
    double begin = IntStream.range(0, 9).mapToDouble(i -> nll[i]).average().orElseThrow();
    double end = IntStream.range(nll.length - 40, nll.length).mapToDouble(i -> nll[i]).average().orElseThrow();
    assertThat(end).isLessThan(begin / 5);
  }

  @Test
  void whatHasNoSecondTokenIsRefused() {
    int[] ids = {1, 2, 3};
    for (int length : new int[] {-1, 0, 1, 1_000_000}) {
      assertThatThrownBy(() -> Perplexity.of(engine, ids, length, _ -> {}))
          .isInstanceOf(InvalidRequestException.class).hasMessageContaining("sequence_length must be 2 to 8192");
    }
    assertThatThrownBy(() -> Perplexity.of(engine, new int[] {1}, 8, _ -> {})).hasMessageContaining("two tokens");
    assertThatThrownBy(() -> engine.negativeLogLikelihoods(new int[] {1, -1})).hasMessageContaining("one is -1");
  }
}
