package dev.quipu.promptcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Fingerprint;
import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.checkpoint.SafeTensorsWriter;
import dev.quipu.checkpoint.SafeTensorsWriter.Declaration;
import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.model.SequenceCache;
import dev.quipu.ops.Regime;
import dev.quipu.ops.ScalarOps;
import dev.quipu.promptcache.PromptCacheFile.Model;
import dev.quipu.support.TinyModel;
import dev.quipu.support.TinyModel.Kind;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptCacheFileTest {

  private static final Model MODEL = new Model("models/tiny", new Fingerprint("c0", "70", "e0"));

  @TempDir
  Path folder;

  private static Decoder decoder(Kind kind) {
    return new Decoder(TinyModel.spec(kind), TinyModel.weights(kind), new ScalarOps());
  }

  private static int[] tokens(int count) {
    return new Random(count).ints(count, 0, TinyModel.VOCAB).toArray();
  }

  /** The logits of the last of these tokens, after what the cache holds. */
  private static float[] feed(Decoder decoder, SequenceCache cache, Regime regime, int... tokens) {
    Segment segment = new Segment(cache).next(tokens, 0, tokens.length, Logits.LAST);
    return decoder.forward(new Batch(regime, segment)).data().clone();
  }

  private Path saved(Decoder decoder, DType dtype, int count) {
    SequenceCache cache = decoder.newCache(KvSettings.of(dtype));
    feed(decoder, cache, Regime.PROMPT, tokens(count));
    Path file = folder.resolve("cache.safetensors");
    PromptCacheFile.save(file, cache, tokens(count), MODEL);
    return file;
  }

  @ParameterizedTest
  @CsvSource({"LLAMA, F32, 1", "LLAMA, F32, 10", "LLAMA, F32, 11", "LLAMA, BF16, 300", "NOPE, F16, 2000",
      "GEMMA4, F32, 2000", "GEMMA4, BF16, 12"})
  void aCacheGoesOnAsIfItHadNeverBeenAway(Kind kind, DType dtype, int count) {
    Decoder decoder = decoder(kind);
    SequenceCache cache = decoder.newCache(KvSettings.of(dtype));
    feed(decoder, cache, Regime.PROMPT, tokens(count));
    Path path = folder.resolve("cache.safetensors");
    PromptCacheFile.save(path, cache, tokens(count + 3), MODEL);
    SequenceCache restored = decoder.newCache(KvSettings.of(dtype));
    try (PromptCacheFile file = PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, MODEL)) {
      assertThat(file.length()).isEqualTo(count);
      assertThat(file.tokens().orElseThrow()).hasSize(count).startsWith(tokens(count + 3)[0]);
      assertThat(file.modelName()).contains("models/tiny");
      file.restore(restored);
    }
    assertThat(restored.length()).isEqualTo(count);
    for (int[] next : List.of(new int[] {3}, new int[] {4}, tokens(30), new int[] {5})) {
      Regime regime = next.length > 1 ? Regime.PROMPT : Regime.GENERATE;
      assertThat(feed(decoder, restored, regime, next)).isEqualTo(feed(decoder, cache, regime, next));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 16, 17, 300, 2000})
  void aRotatingCacheGoesOnAsIfItHadNeverBeenAway(int count) {
    goesOn(Kind.LLAMA, KvSettings.rotating(DType.F32, 16, 4), count);
    goesOn(Kind.GEMMA4, KvSettings.rotating(DType.BF16, 9, 2), count);
  }

  @ParameterizedTest
  @CsvSource({"2, 20, 0", "3, 300, 0", "4, 300, 100", "6, 20, 0", "8, 20, 20", "4, 20, 30"})
  void aPackedCacheGoesOnAsIfItHadNeverBeenAway(int bits, int count, int start) {
    goesOn(Kind.LLAMA, KvSettings.packed(bits, 32, start), count);
  }

  private void goesOn(Kind kind, KvSettings kv, int count) {
    Decoder decoder = decoder(kind);
    SequenceCache cache = decoder.newCache(kv);
    for (int from = 0; from < count; from += 100) {
      int to = Math.min(count, from + 100);
      feed(decoder, cache, Regime.PROMPT, Arrays.copyOfRange(tokens(count), from, to));
    }
    Path path = folder.resolve("cache.safetensors");
    PromptCacheFile.save(path, cache, tokens(count), MODEL);
    KvSettings found = PromptCacheFile.settings(path, KvSettings.of(kv.dtype()));
    assertThat(found.maxSize()).isEqualTo(kv.maxSize());
    assertThat(found.bits()).isEqualTo(cache.packed() ? kv.bits() : 0);
    SequenceCache restored = decoder.newCache(kv);
    try (PromptCacheFile file = PromptCacheFile.open(path, decoder.spec(), kv, MODEL)) {
      file.restore(restored);
    }
    for (int[] next : List.of(new int[] {3}, new int[] {4}, tokens(30), new int[] {5})) {
      Regime regime = next.length > 1 ? Regime.PROMPT : Regime.GENERATE;
      assertThat(feed(decoder, restored, regime, next)).isEqualTo(feed(decoder, cache, regime, next));
    }
  }

  @Test
  void aCacheThatIsKeptOtherwiseIsRefusedWithTheFlagsThatItNeeds() {
    Decoder decoder = decoder(Kind.LLAMA);
    KvSettings rotating = KvSettings.rotating(DType.F32, 16, 4);
    KvSettings packed = KvSettings.packed(4, 32, 0);
    refusedWith("give --max-kv-size as it was made with", decoder, rotating, KvSettings.FLOAT32);
    refusedWith("keep is 4 and max_size 16, here they are 4 and 18, by --max-kv-size", decoder, rotating,
        KvSettings.rotating(DType.F32, 18, 4));
    refusedWith("give --kv-bits and --kv-group-size as it was made with", decoder, packed, KvSettings.FLOAT32);
    refusedWith("offset is 40, expected 41", decoder, packed, KvSettings.packed(4, 32, 41));
    refusedWith("this model's are [1, 2, rows, ", decoder, packed, KvSettings.packed(8, 32, 0));
  }

  @Test
  void whatTheFileSaysOfItsPackingMustBeWhatItIs() throws IOException {
    Decoder decoder = decoder(Kind.LLAMA);
    KvSettings packed = KvSettings.packed(4, 32, 0);
    SequenceCache cache = decoder.newCache(packed);
    feed(decoder, cache, Regime.PROMPT, tokens(40));
    Path path = folder.resolve("cache.safetensors");
    PromptCacheFile.save(path, cache, tokens(40), MODEL);
    rewritten(path, file -> file.number("2.4", 8));
    assertThatThrownBy(() -> PromptCacheFile.open(path, decoder.spec(), packed, MODEL))
        .isInstanceOf(QuipuException.class)
        .hasMessageContaining("layer 2: it is packed to 8 bits in groups of 32, not to 4 in groups of 32");
    rewritten(path, file -> file.number("2.4", 7));
    assertThatThrownBy(() -> PromptCacheFile.settings(path, KvSettings.FLOAT32)).isInstanceOf(QuipuException.class)
        .hasMessageContaining("kv_bits must be 2, 3, 4, 6 or 8 but is 7");
  }

  private void refusedWith(String words, Decoder decoder, KvSettings saved, KvSettings opened) {
    SequenceCache cache = decoder.newCache(saved);
    feed(decoder, cache, Regime.PROMPT, tokens(40));
    Path path = folder.resolve("cache.safetensors");
    PromptCacheFile.save(path, cache, tokens(40), MODEL);
    assertThatThrownBy(() -> PromptCacheFile.open(path, decoder.spec(), opened, MODEL))
        .isInstanceOf(QuipuException.class).hasMessageContaining(words);
  }

  @Test
  void whatTheFileHasOfAWindowCanBeTakenBack() {
    Decoder decoder = decoder(Kind.LLAMA);
    SequenceCache cache = decoder.newCache();
    for (int from = 0; from < 2000; from += 100) {
      feed(decoder, cache, Regime.PROMPT, Arrays.copyOfRange(tokens(2000), from, from + 100));
    }
    Path path = folder.resolve("cache.safetensors");
    PromptCacheFile.save(path, cache, tokens(2000), MODEL);
    SequenceCache restored = decoder.newCache();
    try (PromptCacheFile file = PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, MODEL)) {
      file.restore(restored);
    }
    for (int length = 0; length <= 2000; length++) {
      assertThat(restored.canTrim(length)).as("%d", length).isEqualTo(cache.canTrim(length));
    }
    restored.trim(1500);
    cache.trim(1500);
    assertThat(feed(decoder, restored, Regime.GENERATE, 7)).isEqualTo(feed(decoder, cache, Regime.GENERATE, 7));
  }

  @Test
  void aCacheMayBeKeptAsAnotherTypeThanTheFilesIs() {
    Decoder decoder = decoder(Kind.LLAMA);
    Path path = saved(decoder, DType.F32, 20);
    SequenceCache narrow = decoder.newCache(KvSettings.of(DType.BF16));
    SequenceCache same = decoder.newCache(KvSettings.of(DType.F32));
    try (PromptCacheFile file = PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, MODEL)) {
      file.restore(narrow);
      file.restore(same);
    }
    float exact = same.ownLayers().getLast().key(0, 19, 3);
    assertThat(narrow.ownLayers().getLast().key(0, 19, 3)).isNotEqualTo(exact).isCloseTo(exact,
        withPercentage(0.5));
  }

  @Test
  void aFileOfMlxLmHasNoTokensAndMayHaveAnEndToken() throws IOException {
    Decoder decoder = decoder(Kind.LLAMA);
    Path path = rewritten(saved(decoder, DType.F32, 20), file -> {
      file.metadata.keySet().removeIf(key -> key.contains("quipu"));
      file.metadata.put("0.tokenizer_config", "{\"trust_remote_code\": false, \"eos_token\": \"<end>\"}");
    });
    try (PromptCacheFile file = PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, MODEL)) {
      assertThat(file.tokens()).isEmpty();
      assertThat(file.eosToken()).contains("<end>");
    }
  }

  @Test
  void theSameFolderByAnotherNameIsTheSameModel() throws IOException {
    Decoder decoder = decoder(Kind.LLAMA);
    Path model = Files.createDirectory(folder.resolve("model"));
    Path path = rewritten(saved(decoder, DType.F32, 20), file -> {
      file.metadata.keySet().removeIf(key -> key.contains("quipu"));
      file.metadata.put("0.model", model.toString());
    });
    Model other = new Model(folder + "/./model", MODEL.fingerprint());
    PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, other).close();
    assertThatThrownBy(() -> PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, MODEL))
        .isInstanceOf(QuipuException.class).hasMessageContaining("made with another model: it is of \"" + model).hasMessageContaining("models/tiny");
  }

  @ParameterizedTest
  @CsvSource({"c1, 70, e0, another model: its config.json", "c0, 71, e0, another tokenizer: its tokenizer.json",
      "c0, 70, e1, another model: its weights"})
  void aCacheOfAnotherModelOrTokenizerIsRefusedByName(String config, String tokenizer, String weights, String words) {
    Decoder decoder = decoder(Kind.LLAMA);
    Path path = saved(decoder, DType.F32, 20);
    Model other = new Model("models/other", new Fingerprint(config, tokenizer, weights));
    assertThatThrownBy(() -> PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, other))
        .isInstanceOf(QuipuException.class).hasMessageStartingWith("cache.safetensors: the cache was made with " + words)
        .hasMessageContaining("it is of \"models/tiny\", this is \"models/other\"")
        .hasMessageEndingWith("make it again with quipu cache-prompt");
  }

  @Test
  void aModelOfOtherLayersIsRefused() {
    Path path = saved(decoder(Kind.LLAMA), DType.F32, 20);
    assertThatThrownBy(() -> PromptCacheFile.open(path, TinyModel.spec(Kind.GEMMA4), KvSettings.FLOAT32, null))
        .hasMessageContaining("tensor \"2.0\" is [1, 2, 20, 32], this model's are [1, 1, rows, 32]");
  }

  @Test
  void whatIsDamagedIsRefused() throws IOException {
    refused("checksum is", file -> file.tensors.get("1.1").data()[17] ^= 4);
    refused("there is no tensor \"2.1\"", file -> file.tensors.remove("2.1"));
    refused("tensor \"3.0\" has no meaning", file -> file.tensors.put("3.0", file.tensors.get("2.0")));
    refused("layer 2 is a MambaCache, but this model's is a KVCache", file -> file.metadata.put("1.2", "MambaCache"));
    refused("keys and values of 2 layers, this model of 3", file -> file.metadata.remove("1.2"));
    refused("no prompt cache", file -> file.metadata.remove("2.0"));
    refused("layer 1 has seen 19 positions, layer 0 20", file -> {
      file.number("1.2", 19);
      file.number("1.5", 19);
    });
    refused("layer 0: offset is 0, expected at least 1", file -> file.number("0.2", 0));
    refused("layer 0: _idx is 3, expected 20", file -> file.number("0.5", 3));
    refused("layer 0: keep is 0 and max_size 21, here they are 0 and 11", file -> file.number("0.4", 21));
    refused("layer 0: _idx is 21, expected 20", file -> {
      file.number("0.2", 30);
      file.number("0.5", 21);
    });
    refused("layer 0: rows is 5, expected at least 11", 5, file -> file.number("0.2", 30));
    refused("layer 2: offset is 21, expected 1 to 20", file -> file.number("2.2", 21));
    refused("layer 0: keep is 1", file -> file.number("0.3", 1));
    refused("tensor \"0.2\" is F32 [], expected I32 of no axis", file -> file.retype("0.2", DType.F32));
    refused("tensor \"0.0\" is of I32", file -> file.retype("0.0", DType.I32));
    refused("its tokens are 3", file -> file.metadata.put("0.quipu_tokens", "1 2 3"));
    refused("token 1 must be an id in [0, 96] but is \"97\"",
        file -> file.metadata.put("0.quipu_tokens", "1 97" + " 1".repeat(18)));
    refused("token 0 must be an id", file -> file.metadata.put("0.quipu_tokens", "x" + " 1".repeat(19)));
    refused("its config.json is not this one", file -> file.metadata.remove("0.quipu_config_sha256"));
  }

  @Test
  void theOldLayoutsNumbersAreChecked() throws IOException {
    oldRefused("layer 0: offset must be a whole number but is absent", file -> file.metadata.remove("0.0.2"));
    oldRefused("layer 0: _idx must be a whole number but is \"x\"", file -> file.metadata.put("0.0.3", "x"));
    oldRefused("here they are 0 and 11", file -> file.metadata.put("0.0.1", "12"));
  }

  @Test
  void moreThanTheContextIsRefused() {
    Decoder decoder = decoder(Kind.LLAMA);
    Path path = saved(decoder, DType.F32, 20);
    DecoderSpec spec = decoder.spec();
    DecoderSpec small = new DecoderSpec(
        spec.hiddenSize(), spec.vocabSize(), 19, spec.eps(), spec.embedScale(), spec.layers());
    assertThatThrownBy(() -> PromptCacheFile.open(path, small, KvSettings.FLOAT32, MODEL))
        .isInstanceOf(QuipuException.class).hasMessageContaining("it has 20 positions, this model's context 19");
  }

  @Test
  void aCutFileIsRefusedWhereverItIsCut() throws IOException {
    Decoder decoder = decoder(Kind.LLAMA);
    byte[] whole = Files.readAllBytes(saved(decoder, DType.F32, 20));
    Path cut = folder.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PromptCacheFile.open(cut, decoder.spec(), KvSettings.FLOAT32, MODEL))
        .isInstanceOf(QuipuException.class).hasMessageStartingWith("cut.safetensors: ").hasMessageEndingWith("make it again with quipu cache-prompt");
    }
  }

  @Test
  void whatCannotBeSavedLeavesNothingAndSparesTheOldFile() throws IOException {
    Decoder decoder = decoder(Kind.LLAMA);
    Path old = Files.writeString(folder.resolve("old"), "old");
    assertThatThrownBy(() -> PromptCacheFile.save(old, decoder.newCache(), new int[0], MODEL))
        .isInstanceOf(QuipuException.class).hasMessageContaining("the cache is empty");
    SequenceCache cache = decoder.newCache();
    feed(decoder, cache, Regime.PROMPT, tokens(5));
    assertThat(Files.readString(old)).isEqualTo("old");
    Path taken = Files.createDirectory(folder.resolve("taken"));
    assertThatThrownBy(() -> PromptCacheFile.save(taken, cache, tokens(5), MODEL)).isInstanceOf(QuipuException.class)
        .hasMessageContaining("this is a folder; name a file in it");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(old, taken);
    }
  }

  private void oldRefused(String words, Consumer<Rewritten> change) throws IOException {
    refused(words, file -> {
      toOldLayout(file);
      change.accept(file);
    });
  }

  /** As mlx-lm 0.31 has it. */
  private static void toOldLayout(Rewritten file) {
    Map<String, String> old = new LinkedHashMap<>();
    for (int l = 0; l < 3; l++) {
      old.put("2." + l, file.metadata.get("1." + l));
    }
    old.put("0.2", "");
    for (int l = 0; l < 2; l++) {
      List<Integer> state = List.of(0, TinyModel.WINDOW, 20, 20); // keep, max_size, offset, _idx
      for (int i = 0; i < state.size(); i++) {
        old.put("0." + l + "." + i, state.get(i).toString());
      }
    }
    file.metadata.clear();
    file.metadata.putAll(old);
    file.tensors.keySet().removeIf(name -> !name.endsWith(".0") && !name.endsWith(".1"));
  }

  @Test
  void theOldLayoutIsRead() throws IOException {
    Decoder decoder = decoder(Kind.LLAMA);
    Path path = rewritten(saved(decoder, DType.F32, 20), PromptCacheFileTest::toOldLayout);
    SequenceCache restored = decoder.newCache();
    try (PromptCacheFile file = PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, MODEL)) {
      file.restore(restored);
    }
    SequenceCache cache = decoder.newCache();
    feed(decoder, cache, Regime.PROMPT, tokens(20));
    assertThat(feed(decoder, restored, Regime.GENERATE, 7)).isEqualTo(feed(decoder, cache, Regime.GENERATE, 7));
  }

  private void refused(String words, Consumer<Rewritten> change) throws IOException {
    refused(words, 20, change);
  }

  private void refused(String words, int count, Consumer<Rewritten> change) throws IOException {
    Decoder decoder = decoder(Kind.LLAMA);
    Path path = rewritten(saved(decoder, DType.F32, count), change);
    assertThatThrownBy(() -> PromptCacheFile.open(path, decoder.spec(), KvSettings.FLOAT32, MODEL))
        .isInstanceOf(QuipuException.class).hasMessageStartingWith("cache.safetensors: ").hasMessageContaining(words);
  }

  private static Path rewritten(Path path, Consumer<Rewritten> change) throws IOException {
    Rewritten file = new Rewritten(path);
    change.accept(file);
    file.write(path);
    return path;
  }

  /** What is in a file, to be changed. */
  private static final class Rewritten {

    record Stored(DType dtype, long[] shape, byte[] data) {}

    final Map<String, String> metadata;
    final Map<String, Stored> tensors = new LinkedHashMap<>();

    Rewritten(Path path) {
      try (Arena arena = Arena.ofConfined()) {
        SafeTensors file = SafeTensors.open(path, arena);
        metadata = new LinkedHashMap<>(file.metadata());
        for (String name : file.names()) {
          TensorEntry tensor = file.tensor(name);
          tensors.put(name, new Stored(tensor.dtype(), tensor.shape(),
              tensor.data().toArray(ValueLayout.JAVA_BYTE)));
        }
      }
    }

    void number(String name, int value) {
      byte[] bytes = tensors.get(name).data();
      for (int i = 0; i < Integer.BYTES; i++) {
        bytes[i] = (byte) (value >> 8 * i);
      }
    }

    void retype(String name, DType dtype) {
      Stored stored = tensors.get(name);
      tensors.put(name, new Stored(dtype, stored.shape(), stored.data()));
    }

    void write(Path path) {
      List<Declaration> declarations = new ArrayList<>();
      tensors.forEach((name, stored) -> declarations.add(new Declaration(name, stored.dtype(), stored.shape())));
      try (SafeTensorsWriter writer = SafeTensorsWriter.create(path, declarations, metadata)) {
        tensors.forEach((name, stored) -> writer.write(name, MemorySegment.ofArray(stored.data())));
        writer.finish();
      }
    }
  }
}
