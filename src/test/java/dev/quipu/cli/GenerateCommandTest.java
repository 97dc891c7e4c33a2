package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.tensor.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Flags and defaults of mlx_lm.generate: mlx_lm/generate.py, setup_arg_parser. */
class GenerateCommandTest {

  private static Flags parse(String... args) {
    return Flags.parse(new GenerateCommand().syntax(), List.of(args));
  }

  private static SamplingOptions sampling(String... args) {
    return new SamplingOptions(parse(args));
  }

  private static ModelOptions model(String... args) {
    return new ModelOptions(parse(args));
  }

  @Test
  void defaultsAreThoseOfMlxLm() {
    SamplingOptions sampling = sampling("Why?");
    assertThat(sampling.temp).isZero();
    assertThat(sampling.topP).isEqualTo(1.0);
    assertThat(sampling.minP).isZero();
    assertThat(sampling.topK).isZero();
    assertThat(sampling.xtcProbability).isZero();
    assertThat(sampling.xtcThreshold).isEqualTo(0.1);
    assertThat(sampling.minTokensToKeep).isEqualTo(1);
    assertThat(sampling.seed).isNull();
    ModelOptions model = model("Why?");
    assertThat(model.model).isNull();
    assertThat(model.ops).isEqualTo(OpsKind.VECTOR);
    assertThat(model.prefillStepSize).isEqualTo(512);
    assertThat(model.kvDtype).isEqualTo(DType.F32);
  }

  @Test
  void flagsMayStandBeforeAndAfterThePrompt() {
    String[] args = {"--temp", "0.5", "Why is", "-m40", "the sky blue?", "--ops=scalar"};
    assertThat(parse(args).words()).containsExactly("Why is", "the sky blue?");
    assertThat(sampling(args).temp).isEqualTo(0.5);
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
    assertThat(sampling("hi", "--extra-eos-token", "a", "b", "--extra-eos-token", "c").extraEosTokens)
        .containsExactly("a", "b", "c");
  }

  @Test
  void keysAndValuesMayBeOf16Bits() {
    assertThat(model("--kv-dtype", "bfloat16", "hi").kvDtype).isEqualTo(DType.BF16);
    assertThat(model("--kv-dtype=f16", "hi").kvDtype).isEqualTo(DType.F16);
  }

  @Test
  void allowedKeysAreRepeated() {
    assertThat(model("--allow-config-key", "a", "--allow-config-key", "b", "hi").allowedConfigKeys)
        .containsExactly("a", "b");
  }

  @Test
  void templateVariablesAreJson() {
    assertThat(sampling("--chat-template-config", "{\"enable_thinking\": false, \"n\": 1}", "hi")
        .templateVariables()).isEqualTo(Map.of("enable_thinking", false, "n", 1L));
  }

  // mlx_lm/generate.py: args.prompt.replace("\\n", "\n").replace("\\t", "\t")
  @Test
  void escapesOfThePromptFlagStandForLineBreakAndTab() {
    assertThat(GenerateCommand.unescape("a\\nb\\tc\\\\d")).isEqualTo("a\nb\tc\\\\d");
  }
}
