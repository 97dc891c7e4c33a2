package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Json;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {

  private static final String VALUES = "{\"a\\n\\u00e9\\ud83d\\ude00\": [1, -2.5e3, true, false, null, \"\", \"plain é 👍\"],"
      + " \"nested\": {\"list\": [[], {}, [[\"\\\\\\\"\\/\"]]]}}";

  @Test
  void valuesAreThoseOfTheGeneralParser() {
    assertThat(reader(stream(VALUES)).value()).isEqualTo(Json.parse(VALUES, "t"));
  }

  @Test
  void itDoesNotMatterHowTheFileComesInPieces() {
    assertThat(reader(byteByByte(stream(VALUES))).value()).isEqualTo(Json.parse(VALUES, "t"));
  }

  /** Each byte of the text once stands at the end of the window, and the text is longer than it. */
  @Test
  void itDoesNotMatterWhereTheWindowEnds() {
    for (int spaces = (1 << 16) - VALUES.length() - 16; spaces <= 1 << 16; spaces++) {
      assertThat(reader(stream(" ".repeat(spaces) + VALUES)).value()).isEqualTo(Json.parse(VALUES, "t"));
    }
  }

  @Test
  void aStringLongerThanTheWindowIsWhole() {
    String text = "é\\n".repeat(100_000);
    assertThat(reader(stream('"' + text + '"')).value()).isEqualTo("é\n".repeat(100_000));
    assertThat(reader(stream('"' + "x".repeat(300_000) + '"')).value()).isEqualTo("x".repeat(300_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2-style", "llama3-style"})
  void aTokenizerThatComesByteByByteIsTheSame(String name) throws IOException {
    Path file = Path.of("golden/tokenizers", name, "tokenizer.json");
    Tokenizer whole = Tokenizer.load(Files.newInputStream(file), "t");
    Tokenizer slow = Tokenizer.load(byteByByte(Files.newInputStream(file)), "t");
    assertThat(slow.vocabSize()).isEqualTo(whole.vocabSize());
    for (int id = 0; id < whole.vocabSize(); id++) {
      assertThat(slow.token(id)).isEqualTo(whole.token(id));
    }
    String text = "The tokens, 12 ünd 👍 the end\n";
    assertThat(slow.encode(text, true)).isEqualTo(whole.encode(text, true));
  }

  private static JsonBytes reader(InputStream in) {
    return new JsonBytes(in, "t");
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static InputStream byteByByte(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return super.read(bytes, offset, Math.min(1, length));
      }
    };
  }
}
