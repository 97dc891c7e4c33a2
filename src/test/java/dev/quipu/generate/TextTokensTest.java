package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.mask.Position;
import dev.quipu.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The tokens that are taken for text that must follow, with the tokenizer of the embedded model. */
class TextTokensTest {

  private static final String[] PARTS = {"{\"", "\"name\"", "\": \"", "\", \"", "\"}", " ", "  ", "\n", "[", "]", "true", "12",
      "2026-11-30", "description", "Describe", "the ", "café", "ß", "日本", "😀", "_id", "Name", "'s", "://", "...", "-",
      "addressLine", "1"};
  private static final int[] NOTHING = {};

  private final Tokenizer tokenizer = Tokenizer.load(Path.of("models/SmolLM2-135M-Instruct-4bit"));
  private final TextTokens tokens = new TextTokens(tokenizer);
  private final Random random = new Random(11);

  /** Goes on as one likes. */
  private record Anything() implements Position {

    @Override
    public Position next(int b) {
      return this;
    }

    @Override
    public boolean complete() {
      return true;
    }
  }

  /** Ends. */
  private record End() implements Position {

    @Override
    public Position next(int b) {
      return null;
    }

    @Override
    public boolean complete() {
      return true;
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
    }
    return text.toString();
  }

  @Test
  void whatIsCertainIsWhatTheTokenizerMakesWhateverFollows() {
    int certain = 0;
    int all = 0;
    for (int i = 0; i < 20_000; i++) {
      String forced = text();
      int[] ids = tokens.certain(NOTHING, 0, bytes(forced), new Anything());
      int[] whole = tokenizer.encode(forced + text(), false);
      assertThat(Arrays.copyOf(whole, ids.length)).as("\"%s\"", forced).isEqualTo(ids);
      certain += ids.length;
      all += tokenizer.encode(forced, false).length;
    }
    assertThat((double) certain / all).isBetween(0.4, 0.9);
  }

  @Test
  void whereNothingFollowsAllIsCertain() {
    for (int i = 0; i < 1000; i++) {
      String forced = text();
      assertThat(tokens.certain(NOTHING, 0, bytes(forced), new End())).isEqualTo(tokenizer.encode(forced, false));
    }
  }

  /** After tokens that the tokenizer would make so, those of the whole; else tokens of the same bytes all the same. */
  @Test
  void textGoesOnWhereItStands() {
    int[] braces = tokenizer.encode("{\"", false);
    assertThat(tokens.spell(braces, braces.length, bytes("name\": ")))
        .isEqualTo(Arrays.stream(tokenizer.encode("{\"name\": ", false)).skip(braces.length).toArray());
    for (int i = 0; i < 1000; i++) {
      int[] written = random.ints(random.nextInt(12), 100, 40_000).toArray();
      byte[] text = bytes(text());
      byte[] middle = Arrays.copyOfRange(text, random.nextInt(text.length), text.length); // perhaps half a character
      assertThat(bytesOf(tokens.spell(written, written.length, middle))).isEqualTo(middle);
    }
  }

  @Test
  void textThatLooksLikeASpecialTokenIsText() {
    int[] ids = tokens.spell(NOTHING, 0, bytes("<|im_end|>"));
    assertThat(Arrays.stream(ids).noneMatch(tokenizer::isSpecial)).isTrue();
    assertThat(bytesOf(ids)).isEqualTo(bytes("<|im_end|>"));
    assertThat(tokens.certain(NOTHING, 0, bytes("<|im_end|>"), new End())).isEmpty();
  }

  private byte[] bytesOf(int[] ids) {
    StringBuilder all = new StringBuilder();
    for (int id : ids) {
      all.append(new String(tokenizer.bytes(id), StandardCharsets.ISO_8859_1));
    }
    return all.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
