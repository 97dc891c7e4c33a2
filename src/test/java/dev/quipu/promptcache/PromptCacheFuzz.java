package dev.quipu.promptcache;

import dev.quipu.model.Decoder;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.SequenceCache;
import dev.quipu.ops.ScalarOps;
import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import dev.quipu.support.JsonVariants;
import dev.quipu.support.TinyModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Any file is refused, or it fills a cache of the length that it says. */
public final class PromptCacheFuzz {

  private static final DecoderSpec SPEC = TinyModel.spec(TinyModel.Kind.LLAMA);
  private static final Decoder DECODER =
      new Decoder(SPEC, TinyModel.weights(TinyModel.Kind.LLAMA), new ScalarOps());
  private static final List<String> LAYOUTS = List.of(header(true), header(false));
  private static final JsonVariants HEADERS = new JsonVariants(LAYOUTS);
  private static final Path FILE = file();

  private PromptCacheFuzz() {}

  /** The first byte 0: almost a good file; else what follows it is the file. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(FILE, contents(data));
    Fuzz.worksOrRefuses(PromptCacheFuzz::restore);
  }

  /** The length of what a file fills. */
  static int restored(byte[] file) throws IOException {
    Files.write(FILE, file);
    return restore();
  }

  private static int restore() {
    try (PromptCacheFile file = PromptCacheFile.open(FILE, SPEC, null)) {
      SequenceCache cache = DECODER.newCache();
      file.restore(cache);
      if (cache.length() != file.length() || file.tokens().map(ids -> ids.length != cache.length()).orElse(false)) {
        throw new AssertionError(cache.length() + " positions of " + file.length());
      }
      file.eosToken();
      return cache.length();
    }
  }

  static byte[] contents(byte[] data) {
    if (data.length == 0 || data[0] != 0) {
      return Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
    }
    Choices choices = new Choices(data, 1);
    byte[] header = HEADERS.vary(choices).getBytes(StandardCharsets.UTF_8);
    int rows = choices.below(4) == 3 ? choices.below(32) : 20;
    byte[] numbers = new byte[3 * 2 * 2 * 10 * 4 * rows];
    int[] scalars = {20, 0, TinyModel.WINDOW, 20, 20, 0, TinyModel.WINDOW, 20, 20};
    for (int i = choices.below(3); i > 0; i--) {
      scalars[choices.below(scalars.length)] = choices.below(64) - 8;
    }
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + numbers.length + 4 * scalars.length)
        .order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).put(numbers);
    Arrays.stream(scalars).forEach(file::putInt);
    return choices.below(16) == 15 ? Arrays.copyOf(file.array(), choices.below(file.capacity())) : file.array();
  }

  private static String header(boolean newLayout) {
    StringBuilder json = new StringBuilder("{\"__metadata__\": ").append(newLayout
        ? "{\"0.model\": \"tiny\", \"0.tokenizer_config\": \"{\\\"eos_token\\\": \\\"e\\\"}\", \"2.0\": \"\", "
            + "\"0.quipu_tokens\": \"1" + " 2".repeat(19) + "\", \"1.0\": \"RotatingKVCache\", "
            + "\"1.1\": \"RotatingKVCache\", \"1.2\": \"KVCache\", \"2.1.0\": \"0.2\", \"2.1.1\": \"scalar\"}"
        : "{\"1.model\": \"tiny\", \"2.0\": \"RotatingKVCache\", \"2.1\": \"RotatingKVCache\", \"2.2\": \"KVCache\", "
            + "\"0.0.0\": \"0\", \"0.0.1\": \"11\", \"0.0.2\": \"20\", \"0.0.3\": \"20\", "
            + "\"0.1.0\": \"0\", \"0.1.1\": \"11\", \"0.1.2\": \"20\", \"0.1.3\": \"20\", \"0.2\": \"\"}");
    int end = 0;
    for (String name : List.of("0.0", "0.1", "1.0", "1.1", "2.0", "2.1")) {
      json.append(", \"%s\": {\"dtype\": \"F32\", \"shape\": [1, 2, 20, 10], \"data_offsets\": [%d, %d]}"
          .formatted(name, end, end + 1600));
      end += 1600;
    }
    List<String> numbers = newLayout
        ? List.of("0.2", "0.3", "0.4", "0.5", "1.2", "1.3", "1.4", "1.5", "2.2")
        : List.of();
    for (String name : numbers) {
      json.append(", \"%s\": {\"dtype\": \"I32\", \"shape\": [], \"data_offsets\": [%d, %d]}"
          .formatted(name, end, end + 4));
      end += 4;
    }
    return json.append('}').toString();
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("fuzz", ".safetensors");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
