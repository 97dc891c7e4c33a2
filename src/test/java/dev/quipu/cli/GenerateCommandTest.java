package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.ContextOverflow;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Speculation;
import dev.quipu.generate.Speculation.Acceptance;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags and defaults of mlx_lm.generate: mlx_lm/generate.py, setup_arg_parser. */
class GenerateCommandTest {

  private static Flags parse(String... args) {
    return Flags.parse(new GenerateCommand().syntax(), List.of(args));
  }

  private static RequestOptions request(String... args) {
    return new RequestOptions(parse(args), 100);
  }

  private static SamplerSettings sampling(String... args) {
    return request(args).template().sampling();
  }

  private static ModelOptions model(String... args) {
    return new ModelOptions(parse(args));
  }

  @Test
  void defaultsAreThoseOfMlxLm() {
    assertThat(sampling("Why?")).isEqualTo(new SamplerSettings(0, 1, 0, 1, 0, 0, 0.1, List.of()));
    GenerationRequest request = request("Why?").template();
    assertThat(request).isEqualTo(GenerationRequest.text("").withSampling(sampling("Why?")));
    assertThat(request.speculation().numDraftTokens()).isEqualTo(3);
    assertThat(request.prefillStepSize()).isEqualTo(512);
    assertThat(request.penalties().repetitionContextSize()).isEqualTo(20);
    ModelOptions model = model("Why?");
    assertThat(model.model).isNull();
    assertThat(model.ops).isEqualTo(OpsKind.VECTOR);
    assertThat(model.kv).isEqualTo(KvSettings.FLOAT32);
  }

  @Test
  void flagsMayStandBeforeAndAfterThePrompt() {
    String[] args = {"--temp", "0.5", "Why is", "-m40", "the sky blue?", "--ops=scalar"};
    assertThat(parse(args).words()).containsExactly("Why is", "the sky blue?");
    assertThat(sampling(args).temp()).isEqualTo(0.5);
    assertThat(parse(args).integer("max-tokens", 100)).isEqualTo(40);
    assertThat(model(args).ops).isEqualTo(OpsKind.SCALAR);
  }

  @Test
  void aValueMayBeginWithADashOrBeQuoted() {
    assertThat(parse("-p", "- one\n- two", "--system-prompt", "\"quoted\"").text("prompt")).isEqualTo("- one\n- two");
    assertThat(parse("--system-prompt", "\"quoted\"", "hi").text("system-prompt")).isEqualTo("\"quoted\"");
    assertThat(parse("--seed", "-5", "hi").longOrNull("seed")).isEqualTo(-5);
  }

  @Test
  void aPromptMayBeginLikeAFileArgument() {
    assertThat(parse("@pom.xml says").words()).containsExactly("@pom.xml says");
  }

  @Test
  void afterTwoDashesEverythingIsPrompt() {
    assertThat(parse("--", "--temp", "-1").words()).containsExactly("--temp", "-1");
  }

  @Test
  void extraEosTokensAreManyOrRepeated() {
    assertThat(request("hi", "--extra-eos-token", "a", "b", "--extra-eos-token", "c").extraEosTokens())
        .containsExactly("a", "b", "c");
  }

  @Test
  void keysAndValuesMayBeOf16Bits() {
    assertThat(model("--kv-dtype", "bfloat16", "hi").kv).isEqualTo(KvSettings.of(DType.BF16));
    assertThat(model("--kv-dtype=f16", "hi").kv).isEqualTo(KvSettings.of(DType.F16));
  }

  @Test
  void keysAndValuesAreCappedOrPackedAsInMlxLm() {
    assertThat(model("--max-kv-size", "512", "--kv-dtype", "bf16", "hi").kv)
        .isEqualTo(KvSettings.rotating(DType.BF16, 512, 4));
    assertThat(model("--kv-bits", "4", "hi").kv).isEqualTo(KvSettings.packed(4, 64, 5000));
    assertThat(model("--kv-bits", "8", "--kv-group-size", "32", "--quantized-kv-start", "0", "hi").kv)
        .isEqualTo(KvSettings.packed(8, 32, 0));
  }

  @Test
  void allowedKeysAreRepeated() {
    assertThat(model("--allow-config-key", "a", "--allow-config-key", "b", "hi").allowedConfigKeys)
        .containsExactly("a", "b");
  }

  @Test
  void templateVariablesAreJson() {
    assertThat(request("--chat-template-config", "{\"enable_thinking\": false, \"n\": 1}", "hi")
        .templateVariables()).isEqualTo(Map.of("enable_thinking", false, "n", 1L));
  }

  // mlx_lm/generate.py: args.prompt.replace("\\n", "\n").replace("\\t", "\t")
  @Test
  void escapesOfThePromptFlagStandForLineBreakAndTab() {
    assertThat(parse("-p", "a\\nb\\tc\\\\d").unescaped("prompt")).containsExactly("a\nb\tc\\\\d");
  }

  @Test
  void everyParameterHasItsFlag() {
    GenerationRequest request = request("hi", "-m", "-1", "--logit-bias", "{\"504\": -100, \"7\": 2.5}",
        "--repetition-penalty", "1.1", "--repetition-context-size", "30", "--presence-penalty", "-0.5",
        "--presence-context-size", "0", "--frequency-penalty", "0.25", "--frequency-context-size", "40",
        "--logprobs", "5", "--stop", "a\\nb", "--stop", "c", "--context-overflow", "rolling-window",
        "--num-draft-tokens", "4", "--draft-acceptance", "rejection", "--seed", "7").template();
    assertThat(request.maxTokens()).isEqualTo(GenerationRequest.UNLIMITED);
    assertThat(request.penalties())
        .isEqualTo(new PenaltySettings(Map.of(504, -100.0, 7, 2.5), 1.1, 30, -0.5, 0, 0.25, 40));
    assertThat(request.topLogprobs()).isEqualTo(5);
    assertThat(request.stopStrings()).containsExactly("a\nb", "c");
    assertThat(request.overflow()).isEqualTo(ContextOverflow.ROLLING_WINDOW);
    assertThat(request.speculation()).isEqualTo(new Speculation(true, 0, 4, Acceptance.REJECTION));
    assertThat(request.seed()).isEqualTo(7);
  }

  @Test
  void promptLookupGuessesInsteadOfADraftModel() {
    assertThat(request("hi", "--prompt-lookup", "3").template().speculation())
        .isEqualTo(new Speculation(false, 3, 3, Acceptance.EXACT));
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000", "512MB, 512000000", "4GiB, 4294967296", "1.5 kib, 1536", "7b, 7", "0.0015KB, 1"})
  void aBudgetIsInBytesOrWithAUnit(String size, long bytes) {
    assertThat(model("hi", "--memory-budget", size).memoryBudget).isEqualTo(bytes);
  }

  @Test
  void theDraftModelIsNamedLikeTheModel() {
    assertThat(model("hi", "--draft-model", "small").draftModel).isEqualTo("small");
    assertThat(model("hi").draftModel).isNull();
    assertThat(model("hi").memoryBudget).isZero();
  }

  @Test
  void helpHasEveryFlagUnderAHeading() {
    String help = new GenerateCommand().syntax().help();
    assertThat(help).contains("\nChoosing a token:\n      --temp T", "\nMemory:\n", "\n  -h, --help",
        "--logit-bias JSON");
    assertThat(help.lines()).allMatch(line -> line.length() <= 110);
  }
}
