package dev.quipu.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import dev.quipu.support.JsonVariants;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Any tokenizer.json is refused, or encodes every text to ids that it decodes, whole and one by one. */
public final class TokenizerFuzz {

  private static final List<String> TEXTS = List.of("", " ", "Don't  stop\r\n\t12345 <s></s> [INST] ab ba abc ",
      "½²e\u0301é \uD83D\uDE00\u200D \u0130\u212Aſß ﬁ _x\uD800 漢字\u3000かな ▁▁Ġ\uFFFD", "aaaaaaaaaaaaaaaaaaaaaaab");
  private static final JsonVariants FILES = new JsonVariants(files());

  private TokenizerFuzz() {}

  /** The first byte 0: almost the file of a golden tokenizer; else the file itself. */
  public static void fuzzerTestOneInput(byte[] data) {
    byte[] file = data.length == 0 || data[0] != 0 ? data : text(data).getBytes(UTF_8);
    Fuzz.worksOrRefuses(() -> use(Tokenizer.load(new ByteArrayInputStream(file), "tokenizer.json")));
  }

  /** What a first byte of 0 stands for. */
  static String text(byte[] data) {
    return FILES.vary(new Choices(data, 1));
  }

  private static void use(Tokenizer tokenizer) {
    for (String text : TEXTS) {
      int[] ids = tokenizer.encode(text, true);
      for (int id : ids) {
        if (id < 0 || id >= tokenizer.vocabSize()) {
          throw new AssertionError("the id " + id + " of " + tokenizer.vocabSize());
        }
        tokenizer.bytes(id);
        tokenizer.isSpecial(id);
      }
      tokenizer.encode(text, false);
      tokenizer.decode(ids, true);
      stream(tokenizer, ids);
    }
    stream(tokenizer, new int[] {0, -1, tokenizer.vocabSize(), Integer.MAX_VALUE, Integer.MIN_VALUE, 1, 2, 3});
  }

  private static void stream(Tokenizer tokenizer, int[] ids) {
    StreamDecoder stream = tokenizer.streamDecoder(false);
    for (int id : ids) {
      stream.push(id);
    }
    stream.finish();
  }

  private static List<String> files() {
    try (Stream<Path> folders = Files.list(Path.of("golden/tokenizers"))) {
      return folders.sorted().map(folder -> read(folder.resolve("tokenizer.json"))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
