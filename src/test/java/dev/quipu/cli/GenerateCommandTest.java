package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.EngineOptions.OpsKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Flags and defaults of mlx_lm.generate: mlx_lm/generate.py, setup_arg_parser. */
class GenerateCommandTest {

  private static GenerateCommand parse(String... args) {
    GenerateCommand command = new GenerateCommand();
    Main.parser(command).parseArgs(args);
    return command;
  }

  @Test
  void defaultsAreThoseOfMlxLm() {
    GenerateCommand command = parse("Why?");
    assertThat(command.maxTokens).isEqualTo(100);
    assertThat(command.sampling.temp).isZero();
    assertThat(command.sampling.topP).isEqualTo(1.0);
    assertThat(command.sampling.minP).isZero();
    assertThat(command.sampling.topK).isZero();
    assertThat(command.sampling.xtcProbability).isZero();
    assertThat(command.sampling.xtcThreshold).isEqualTo(0.1);
    assertThat(command.sampling.minTokensToKeep).isEqualTo(1);
    assertThat(command.sampling.seed).isNull();
    assertThat(command.model.model).isNull();
    assertThat(command.model.ops).isEqualTo(OpsKind.VECTOR);
    assertThat(command.model.prefillStepSize).isEqualTo(512);
  }

  @Test
  void flagsMayStandBeforeAndAfterThePrompt() {
    GenerateCommand command = parse("--temp", "0.5", "Why is", "-m40", "the sky blue?", "--ops=scalar");
    assertThat(command.words).containsExactly("Why is", "the sky blue?");
    assertThat(command.sampling.temp).isEqualTo(0.5);
    assertThat(command.maxTokens).isEqualTo(40);
    assertThat(command.model.ops).isEqualTo(OpsKind.SCALAR);
  }

  @Test
  void aPromptMayBeginLikeAFileArgument() {
    assertThat(parse("@pom.xml says").words).containsExactly("@pom.xml says");
  }

  @Test
  void afterTwoDashesEverythingIsPrompt() {
    assertThat(parse("--", "--temp", "-1").words).containsExactly("--temp", "-1");
  }

  @Test
  void extraEosTokensAreManyOrRepeated() {
    assertThat(parse("hi", "--extra-eos-token", "a", "b", "--extra-eos-token", "c").sampling.extraEosTokens)
        .containsExactly("a", "b", "c");
  }

  @Test
  void allowedKeysAreRepeated() {
    assertThat(parse("--allow-config-key", "a", "--allow-config-key", "b", "hi").model.allowedConfigKeys)
        .containsExactly("a", "b");
  }

  @Test
  void templateVariablesAreJson() {
    assertThat(parse("--chat-template-config", "{\"enable_thinking\": false, \"n\": 1}", "hi").sampling
        .templateVariables()).isEqualTo(Map.of("enable_thinking", false, "n", 1L));
  }

  // mlx_lm/generate.py: args.prompt.replace("\\n", "\n").replace("\\t", "\t")
  @Test
  void escapesOfThePromptFlagStandForLineBreakAndTab() {
    assertThat(GenerateCommand.unescape("a\\nb\\tc\\\\d")).isEqualTo("a\nb\tc\\\\d");
  }
}
