package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.quipu.QuipuException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {

  private static final Tokenizer SMOL = Tokenizer.load(Path.of("models/SmolLM2-135M-Instruct-4bit"));
  private static final Tokenizer LLAMA2 = Tokenizer.load(Path.of("golden/tokenizers/llama2-style"));

  @Test
  void nothingHasNoIds() {
    assertThat(SMOL.encode("", true)).isEmpty();
    assertThat(SMOL.decode(new int[0], true)).isEmpty();
  }

  @Test
  void halfASurrogatePairCountsAsReplacementCharacter() {
    assertThat(SMOL.encode("a\uD83Db\uDE00", false)).isEqualTo(SMOL.encode("a\uFFFDb\uFFFD", false));
  }

  @Test
  void zeroBytesAndControlCharactersComeBack() {
    String text = "\0a\u0001\u007F\0";
    assertThat(SMOL.decode(SMOL.encode(text, false), false)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ab", " ", "\n", "é", "👍", "1"})
  void aMillionCharactersOfOneKindComeBack(String unit) {
    String text = unit.repeat(1_000_000 / unit.length());
    assertThat(SMOL.decode(SMOL.encode(text, false), false)).isEqualTo(text);
    assertThat(LLAMA2.decode(LLAMA2.encode(text, false), false)).isEqualTo(text);
  }

  /** Each takes the spaces around it, which must not mean that each looks at all of them. */
  @Test
  void aMillionTokensThatStripSpacesAreFoundSoon() {
    String json = """
        {"added_tokens": [{"id": 1, "content": " ", "single_word": false, "lstrip": true, "rstrip": true,
          "normalized": false, "special": false}], "model": {"vocab": {"a": 0}, "merges": []}}""";
    Tokenizer tokenizer = Tokenizer.load(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "t.json");
    assertThat(tokenizer.encode("   a  ", false)).containsExactly(1, 0, 1);
    String spaces = " ".repeat(1_000_000);
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(60), () -> tokenizer.encode(spaces, false)))
        .containsExactly(1);
  }

  @Test
  void specialTokensInsideATextAreFound() {
    int start = SMOL.id("<|im_start|>").orElseThrow();
    assertThat(SMOL.encode("a<|im_start|>b", false)).contains(start);
    assertThat(SMOL.isSpecial(start)).isTrue();
    assertThat(SMOL.decode(new int[] {start}, true)).isEmpty();
    assertThat(SMOL.decode(new int[] {start}, false)).isEqualTo("<|im_start|>");
    assertThat(SMOL.bytes(start)).isEqualTo("<|im_start|>".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyTokenHasItsIdAndOthersHaveNone() {
    assertThat(SMOL.vocabSize()).isEqualTo(49152);
    for (int id = 0; id < SMOL.vocabSize(); id++) {
      assertThat(SMOL.id(SMOL.token(id))).hasValue(id);
    }
    assertThat(SMOL.token(49152)).isNull();
    assertThat(SMOL.token(-1)).isNull();
    assertThat(SMOL.bytes(49152)).isNull();
    assertThat(SMOL.id("no such token")).isEmpty();
    assertThat(SMOL.decode(new int[] {49152, -1}, false)).isEmpty();
  }

  @Test
  void theBytesOfTheTokensAreTheBytesOfTheText() {
    String text = " Größe, 日本語 👍🏽 and\ttabs";
    for (Tokenizer tokenizer : List.of(SMOL, LLAMA2)) {
      var bytes = new java.io.ByteArrayOutputStream();
      for (int id : tokenizer.encode(text, false)) {
        bytes.writeBytes(tokenizer.bytes(id));
      }
      assertThat(bytes.toString(StandardCharsets.UTF_8).stripLeading()).isEqualTo(text.stripLeading());
    }
  }

  @Test
  void aStreamGivesACharacterOutWithItsLastByte() {
    StreamDecoder stream = LLAMA2.streamDecoder(false);
    int[] thumb = IntStream.of(0xF0, 0x9F, 0x91, 0x8D)
        .map(b -> LLAMA2.id(String.format("<0x%02X>", b)).orElseThrow()).toArray();
    assertThat(IntStream.of(thumb).mapToObj(stream::push)).containsExactly("", "", "", "👍");
    assertThat(stream.push(thumb[0])).isEmpty();
    assertThat(stream.finish()).isEqualTo("\uFFFD");
  }

  /** As Hugging Face's ByteFallback: all of the run, the valid character too. */
  @Test
  void oneWrongByteSpoilsItsWholeRun() {
    int[] run = IntStream.of(0xC3, 0xA9, 0xFF)
        .map(b -> LLAMA2.id(String.format("<0x%02X>", b)).orElseThrow()).toArray();
    assertThat(LLAMA2.decode(Arrays.copyOf(run, 2), false)).isEqualTo("é");
    assertThat(LLAMA2.decode(run, false)).isEqualTo("\uFFFD\uFFFD\uFFFD");
  }

  /** transformers and mlx-lm reset both. */
  @Test
  void whatTheFileSaysOfTruncationAndPaddingIsIgnored() throws IOException {
    String json = Files.readString(Path.of("golden/tokenizers/llama2-style/tokenizer.json"))
        .replace("\"truncation\": null", "\"truncation\": {\"direction\": \"Right\", \"max_length\": 2, "
            + "\"strategy\": \"LongestFirst\", \"stride\": 0}")
        .replace("\"padding\": null", "\"padding\": {\"strategy\": {\"Fixed\": 99}, \"direction\": \"Left\", "
            + "\"pad_to_multiple_of\": null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"<unk>\"}");
    assertThat(json).contains("\"max_length\": 2").contains("\"Fixed\": 99");
    Tokenizer limited = Tokenizer.load(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "limited");
    assertThat(limited.encode("one two three", true)).isEqualTo(LLAMA2.encode("one two three", true));
  }

  @Test
  void manyThreadsGetTheIdsThatOneGets() {
    List<String> texts = new Random(5).ints(400, 0, 200).mapToObj(n -> "word" + n + " and It's " + n * 7919).toList();
    List<int[]> alone = texts.stream().map(t -> SMOL.encode(t, false)).toList();
    Tokenizer fresh = Tokenizer.load(Path.of("models/SmolLM2-135M-Instruct-4bit"));
    assertThat(IntStream.range(0, texts.size()).parallel()
        .allMatch(i -> Arrays.equals(fresh.encode(texts.get(i), false), alone.get(i)))).isTrue();
  }

  @Test
  void aSentencePieceModelAloneIsRefusedAndTheMessageNamesWhatIsNeeded(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("tokenizer.model"), new byte[] {10, 14, 10, 5});
    assertThatThrownBy(() -> Tokenizer.load(folder)).isInstanceOf(QuipuException.class)
        .hasMessageContaining("tokenizer.model").hasMessageContaining("tokenizer.json");
  }
}
