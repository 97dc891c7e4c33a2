package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.support.TinyCheckpoint;
import dev.quipu.support.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As mlx_lm/utils.py, load_config, and tokenizer_utils.py, TokenizerWrapper; sets worked by hand. */
class EosTokensTest {

  @TempDir
  Path folder;

  private Set<Integer> eosTokens(TinyTokenizer tokenizer) throws IOException {
    new TinyCheckpoint().config("eos_token_id", "5").write(folder);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return EosTokens.of(checkpoint, tokenizer.load(), new SpecialTokens(checkpoint));
    }
  }

  @Test
  void theConfigsCountWhereGenerationConfigSaysNothing() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{\"temperature\": 1}");
    assertThat(eosTokens(new TinyTokenizer())).containsExactly(5);
  }

  @Test
  void thoseOfGenerationConfigTakeTheirPlace() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [6, 7]}");
    assertThat(eosTokens(new TinyTokenizer())).containsExactly(6, 7);
  }

  @Test
  void theTokenizersOwnIsAddedToThem() throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": {\"content\": \"</s>\"}}");
    assertThat(eosTokens(new TinyTokenizer().special("</s>"))).containsExactly(5, 10);
  }

  @Test
  void soIsAnEndOfTurnThatTheVocabularyHas() throws IOException {
    assertThat(eosTokens(new TinyTokenizer().special("<end_of_turn>").special("<|other|>")))
        .containsExactly(5, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1099511627776", "[1, 1099511627776]", "1.5", "[null]", "\"2\"", "18446744073709551616"})
  void whatIsNoIdIsRefused(String id) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": " + id + "}");
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> eosTokens(new TinyTokenizer()))
        .withMessageContaining("generation_config.json: eos_token_id must be an id or a list of ids but is ");
  }
}
