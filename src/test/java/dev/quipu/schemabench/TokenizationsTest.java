package dev.quipu.schemabench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.generate.Engine;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenizationsTest {

  private static final String TEXT = "{\"name\": \"Ünïcode 😀\", \"n\": [1, 2.5e+16]}";

  private static Tokenizer tokenizer;
  private static byte[][] texts;
  private static Tokenizations tokenizations;

  @BeforeAll
  static void load() {
    try (Checkpoint checkpoint = EmbeddedModel.open()) {
      tokenizer = Engine.tokenizer(checkpoint);
    }
    texts = tokenizer.textBytes();
    tokenizations = new Tokenizations(tokenizer, texts);
  }

  private static String text(int[] ids) {
    var bytes = new ByteArrayOutputStream();
    IntStream.of(ids).forEach(id -> bytes.writeBytes(texts[id]));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theTokenizersOwn() {
    assertThat(tokenizations.own(TEXT)).isEqualTo(tokenizer.encode(TEXT, false));
  }

  @Test
  void otherTokensSpellTheSame() {
    Set<List<Integer>> drawn = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      int[] ids = tokenizations.other(TEXT, new SplittableRandom(seed));
      assertThat(text(ids)).isEqualTo(TEXT);
      drawn.add(Arrays.stream(ids).boxed().toList());
    }
    assertThat(drawn).hasSizeGreaterThan(90);
  }

  @Test
  void theTextOfASpecialTokenIsSpelledByOthers() {
    String special = "\"<|endoftext|>\"";
    assertThat(tokenizations.own(special)).doesNotContain(tokenizer.id("<|endoftext|>").orElseThrow());
    assertThat(text(tokenizations.own(special))).isEqualTo(special);
  }
}
