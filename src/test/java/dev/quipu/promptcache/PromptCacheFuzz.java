package dev.quipu.promptcache;

import dev.quipu.model.Decoder;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.SequenceCache;
import dev.quipu.ops.ScalarOps;
import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import dev.quipu.support.JsonVariants;
import dev.quipu.support.TinyModel;
import dev.quipu.tensor.KvSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Any file is refused, or it fills a cache of the length that it says. */
public final class PromptCacheFuzz {

  private static final DecoderSpec SPEC = TinyModel.spec(TinyModel.Kind.LLAMA);
  private static final Decoder DECODER =
      new Decoder(SPEC, TinyModel.weights(TinyModel.Kind.LLAMA), new ScalarOps());
  private static final String NEW =
      """
      {"0.model": "tiny", "0.tokenizer_config": "{\\"eos_token\\": \\"e\\"}", "2.0": "",
       "0.quipu_tokens": "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
       "1.0": "RotatingKVCache", "1.1": "RotatingKVCache", "1.2": "KVCache", "2.1.0": "0.2", "2.1.1": "scalar"}""";
  private static final String OLD =
      """
      {"1.model": "tiny", "2.0": "RotatingKVCache", "2.1": "RotatingKVCache", "2.2": "KVCache",
       "0.0.0": "0", "0.0.1": "11", "0.0.2": "20", "0.0.3": "20",
       "0.1.0": "0", "0.1.1": "11", "0.1.2": "20", "0.1.3": "20", "0.2": ""}""";
  private static final List<Good> FILES = List.of(
      Good.of(NEW, rows(), numbers("2.2")), Good.of(OLD, rows(), Map.of()),
      Good.of(NEW.replace("\"KVCache", "\"QuantizedKVCache"), packedRows(), numbers("2.2", "2.3", "2.4")));
  private static final JsonVariants HEADERS = new JsonVariants(FILES.stream().map(Good::header).toList());
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
    KvSettings kv = PromptCacheFile.settings(FILE, KvSettings.FLOAT32);
    try (PromptCacheFile file = PromptCacheFile.open(FILE, SPEC, kv, null)) {
      SequenceCache cache = DECODER.newCache(kv);
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
    int n = choices.below(FILES.size());
    byte[] header = HEADERS.vary(n, choices).getBytes(StandardCharsets.UTF_8);
    int[] numbers = FILES.get(n).numbers().clone();
    for (int i = numbers.length == 0 ? 0 : choices.below(3); i > 0; i--) {
      numbers[choices.below(numbers.length)] = choices.below(64) - 8;
    }
    int dataBytes = FILES.get(n).rowBytes() + (choices.below(4) == 3 ? choices.below(64) - 32 : 0);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + dataBytes + 4 * numbers.length)
        .order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).put(new byte[dataBytes]);
    Arrays.stream(numbers).forEach(file::putInt);
    return choices.below(16) == 15 ? Arrays.copyOf(file.array(), choices.below(file.capacity())) : file.array();
  }

  /** A file's header, how many bytes of rows follow it, and then the numbers. */
  private record Good(String header, int rowBytes, int[] numbers) {

    static Good of(String metadata, Map<String, String> rows, Map<String, Integer> numbers) {
      StringBuilder json = new StringBuilder("{\"__metadata__\": ").append(metadata);
      int end = 0;
      for (Map.Entry<String, String> tensor : rows.entrySet()) {
        String[] columns = tensor.getValue().split(" "); // type and how many
        int bytes = 2 * 20 * 4 * Integer.parseInt(columns[1]);
        json.append(", \"%s\": {\"dtype\": \"%s\", \"shape\": [1, 2, 20, %s], \"data_offsets\": [%d, %d]}"
            .formatted(tensor.getKey(), columns[0], columns[1], end, end + bytes));
        end += bytes;
      }
      int rowBytes = end;
      for (String name : numbers.keySet()) {
        json.append(", \"%s\": {\"dtype\": \"I32\", \"shape\": [], \"data_offsets\": [%d, %d]}"
            .formatted(name, end, end + 4));
        end += 4;
      }
      return new Good(json.append('}').toString(), rowBytes,
          numbers.values().stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private static Map<String, String> rows() {
    Map<String, String> rows = new LinkedHashMap<>();
    for (int l = 0; l < 3; l++) {
      rows.put(l + ".0", l < 2 ? "F32 10" : "F32 32");
      rows.put(l + ".1", l < 2 ? "F32 10" : "F32 32");
    }
    return rows;
  }

  private static Map<String, String> packedRows() {
    Map<String, String> rows = rows();
    for (String what : List.of("2.0", "2.1")) {
      rows.remove(what);
      rows.putAll(Map.of(what + ".0", "U32 4", what + ".1", "F32 1", what + ".2", "F32 1"));
    }
    return rows;
  }

  private static Map<String, Integer> numbers(String... last) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (int l = 0; l < 2; l++) {
      List<Integer> state = List.of(20, 0, TinyModel.WINDOW, 20); // offset, keep, max_size, _idx
      for (int i = 0; i < state.size(); i++) {
        numbers.put(l + "." + (2 + i), state.get(i));
      }
    }
    List<Integer> packed = List.of(20, 32, 4); // offset, group_size, bits
    for (int i = 0; i < last.length; i++) {
      numbers.put(last[i], packed.get(i));
    }
    return numbers;
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
