package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.generate.GenerationEvent.TopLogprob;
import dev.quipu.model.Decoder;
import dev.quipu.ops.ScalarOps;
import dev.quipu.sample.LogitsProcessor;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.support.TinyModel;
import dev.quipu.support.TinyTokenizer;
import dev.quipu.tensor.Mat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** By hand, and by what mlx-lm's generate_step made of the same logits: golden/sequence. */
class ChooserTest {

  private static final float[] LOGITS = {0, 1, 2, 3};
  /** Adds 1 to the newest token and doubles all. */
  private static final LogitsProcessor CUSTOM = (tokens, count, logits, offset, vocabulary) -> {
    logits[offset + tokens[count - 1]] += 1;
    for (int i = 0; i < vocabulary; i++) {
      logits[offset + i] *= 2;
    }
  };

  // 0 1 2 3, presence: 0 1 0 1; the caller's: 0 2 2 2
  @Test
  void logprobsAreThoseAfterAllProcessorsBeforeFiltersAndTemperature() {
    GenerationRequest request = GenerationRequest.text("")
        .withSampling(new SamplerSettings(.5, 0, 0, 1, 1, 0, .1, List.of()))
        .withPenalties(new PenaltySettings(Map.of(), 0, 20, 2, 20, 0, 20))
        .withCustom(new GenerationRequest.Custom(List.of(CUSTOM), null)).withTopLogprobs(3);
    Mat logits = new Mat(new float[] {9, 9, 9, 9, 0, 1, 2, 3}, 2, 4);
    Chooser chooser = chooser(request);
    assertThat(chooser.choose(new int[] {3, 2, 0}, 2, logits, 1)).isEqualTo(1);
    Token token = chooser.token(1, true);
    float logSumExp = (float) Math.log(1 + 3 * Math.exp(2));
    assertThat(token.logprob()).isCloseTo(2 - logSumExp, within(1e-6f));
    assertThat(token.fromDraft()).isTrue();
    assertThat(token.topLogprobs()).extracting(TopLogprob::id).containsExactly(1, 2, 3);
    assertThat(token.topLogprobs()).allSatisfy(
        top -> assertThat(top.logprob()).isCloseTo(2 - logSumExp, within(1e-6f)));
    assertThat(logits.data()).as("what a caller's processor must not touch").containsExactly(9, 9, 9, 9, 0, 1, 2, 3);
  }

  @Test
  void aCallersSamplerSeesTheProcessedRow() {
    GenerationRequest request = GenerationRequest.text("").withCustom(new GenerationRequest.Custom(List.of(CUSTOM),
        (logits, offset, vocabulary, random) -> {
          assertThat(Arrays.copyOfRange(logits, offset, offset + vocabulary)).containsExactly(2, 2, 4, 6);
          return 2;
        }));
    Chooser chooser = chooser(request);
    assertThat(chooser.choose(new int[] {0}, 1, new Mat(LOGITS.clone(), 1, 4), 0)).isEqualTo(2);
    assertThat(chooser.token(2, false).topLogprobs()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void tokensAndLogprobsAreThoseOfMlx(Path folder) throws IOException {
    Config json = Config.of("case.json", Json.parse(Files.newInputStream(folder.resolve("case.json")), "case.json"));
    Mat logits = formula(json.requireObject("logits_formula"));
    Chooser chooser = chooser(GenerationRequest.text("").withSampling(sampling(json.requireObject("sampler")))
        .withPenalties(penalties(json.requireObject("processors"))).withSeed(((Number) json.get("seed")).longValue())
        .withTopLogprobs(json.requireInt("top_n")));
    int count = json.requireInts("history").length;
    int[] tokens = Arrays.copyOf(json.requireInts("history"), count + logits.rows());
    for (Config expected : json.requireObjects("expected")) {
      int token = chooser.choose(tokens, count, logits, count - json.requireInts("history").length);
      assertThat(token).isEqualTo(expected.requireInt("token"));
      tokens[count++] = token;
      Token told = chooser.token(token, false);
      assertThat(told.logprob()).isCloseTo((float) expected.requireDouble("logprob"), within(3e-5f));
      assertThat(told.topLogprobs()).extracting(TopLogprob::id)
          .containsExactly(Arrays.stream(expected.requireInts("top_ids")).boxed().toArray(Integer[]::new));
    }
  }

  /** Those whose logits need no file. */
  static Stream<Path> sequences() throws IOException {
    return Files.list(Path.of("golden/sequence")).filter(folder -> !folder.endsWith("top-masked")).sorted();
  }

  private static Chooser chooser(GenerationRequest request) {
    Decoder decoder = new Decoder(
        TinyModel.spec(TinyModel.Kind.LLAMA), TinyModel.weights(TinyModel.Kind.LLAMA), new ScalarOps());
    return new Chooser(decoder, new TinyTokenizer().load(), request, null);
  }

  private static SamplerSettings sampling(Config s) {
    List<Integer> special = s.has("xtc_special_tokens")
        ? Arrays.stream(s.requireInts("xtc_special_tokens")).boxed().toList()
        : List.of();
    return new SamplerSettings(s.requireDouble("temp"), s.doubleValue("top_p", 0), s.doubleValue("min_p", 0), 1,
        s.intValue("top_k", 0), s.doubleValue("xtc_probability", 0), s.doubleValue("xtc_threshold", 0), special);
  }

  private static PenaltySettings penalties(Config p) {
    Map<Integer, Double> bias = new HashMap<>();
    if (p.has("logit_bias")) {
      Config biases = p.requireObject("logit_bias");
      biases.keys().forEach(id -> bias.put(Integer.valueOf(id), biases.requireDouble(id)));
    }
    return new PenaltySettings(bias, p.doubleValue("repetition_penalty", 0), p.intValue("repetition_context_size", 20),
        p.doubleValue("presence_penalty", 0), p.intValue("presence_context_size", 20),
        p.doubleValue("frequency_penalty", 0), p.intValue("frequency_context_size", 20));
  }

  private static Mat formula(Config formula) {
    Mat logits = Mat.zeros(formula.requireInt("rows"), formula.requireInt("vocabulary"));
    for (int at = 0; at < logits.data().length; at++) {
      int hash = (int) (at % logits.cols() * 2654435761L + at / logits.cols() * 2246822519L);
      logits.data()[at] = (float) (formula.requireDouble("scale") * ((hash >>> 8) / 0x1p23 - 1));
    }
    return logits;
  }
}
