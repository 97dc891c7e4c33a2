package dev.quipu.promptcache;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Fingerprint;
import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.config.Json;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.SequenceCache;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.KvSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A prompt cache in a file that mlx-lm (0.32) reads and writes, too: the keys and values of every layer, and which
 * model they are of. Ours also say which tokens, a checksum, and what tells this model from another one; mlx-lm passes
 * over that. Files of mlx-lm up to 0.31 are read as well. Open, the file is known to fit the model, and nothing was
 * allocated.
 */
public final class PromptCacheFile implements AutoCloseable {

  static final String MODEL = "model";
  static final String TOKENIZER_CONFIG = "tokenizer_config";
  static final String TOKENS = "quipu_tokens";
  static final String CHECKSUM = "quipu_crc32c";
  static final String CONFIG_SHA = "quipu_config_sha256";
  static final String TOKENIZER_SHA = "quipu_tokenizer_sha256";
  static final String WEIGHTS_SHA = "quipu_weights_sha256";

  private static final String REMEDY = "make it again with quipu cache-prompt";

  /**
   * Which model a cache is of.
   *
   * @param name        as the user gives it: a folder or an id
   * @param fingerprint what tells it from another one
   */
  public record Model(String name, Fingerprint fingerprint) {}

  private final String name;
  private final Arena arena;
  private final Map<String, String> user;
  private final List<StoredLayer> layers;
  private final int[] tokens; // or null

  private PromptCacheFile(
      String name, Arena arena, Map<String, String> user, List<StoredLayer> layers, int[] tokens) {
    this.name = name;
    this.arena = arena;
    this.user = user;
    this.layers = layers;
    this.tokens = tokens;
  }

  /**
   * Writes a cache, in the type that it is kept in; what stands in the file until then stays whole until the end.
   *
   * @param tokens that the cache is of, or more that follow
   * @throws QuipuException if the cache is empty, or the file cannot be written; then nothing is left of it
   */
  public static void save(Path file, SequenceCache cache, int[] tokens, Model model) {
    if (cache.length() == 0) {
      throw new QuipuException(file + ": there is nothing to be saved: the cache is empty");
    }
    if (tokens.length < cache.length()) {
      throw new IllegalArgumentException(tokens.length + " tokens for " + cache.length() + " positions");
    }
    new CacheWriter(cache, Arrays.copyOf(tokens, cache.length()), model).write(file);
  }

  /**
   * How a file's keys and values are kept, as far as it says more than the settings: mlx-lm, too, goes by the file.
   *
   * @throws QuipuException if it is no prompt cache, or is damaged
   */
  public static KvSettings settings(Path file, KvSettings given) {
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors tensors = SafeTensors.open(file, arena, REMEDY);
      return LayerReader.settings(tensors, metadata(tensors), given);
    }
  }

  /**
   * Opens a file and holds it to a model.
   *
   * @param kv    how the cache that it is for keeps keys and values
   * @param model what it must be of, or null if its layers are all that is to be compared
   * @throws QuipuException if it is none, is damaged, or is of another model or tokenizer
   */
  public static PromptCacheFile open(Path file, DecoderSpec spec, KvSettings kv, Model model) {
    Arena arena = Arena.ofShared();
    try {
      return read(SafeTensors.open(file, arena, REMEDY), arena, spec, kv, model);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static PromptCacheFile read(
      SafeTensors file, Arena arena, DecoderSpec spec, KvSettings kv, Model model) {
    Metadata metadata = metadata(file);
    if (model != null) {
      requireModel(file.name(), metadata.user(), model);
    }
    List<StoredLayer> layers = new LayerReader(file, metadata, spec, kv).read();
    int length = layers.getFirst().offset();
    if (length > spec.maxPositions()) {
      throw refuse(file.name(), "it has " + length + " positions, this model's context " + spec.maxPositions());
    }
    int[] tokens = tokens(file.name(), metadata.user().get(TOKENS), length, spec.vocabSize());
    requireChecksum(file.name(), metadata.user().get(CHECKSUM), layers);
    return new PromptCacheFile(file.name(), arena, metadata.user(), layers, tokens);
  }

  private static Metadata metadata(SafeTensors file) {
    Metadata metadata = Metadata.of(file.metadata());
    if (metadata == null) {
      throw new QuipuException(file.name() + ": these tensors are no prompt cache: its header names no classes of"
          + " caches; make one with quipu cache-prompt or mlx_lm.cache_prompt");
    }
    return metadata;
  }

  /** By what quipu says of the model; for a file of mlx-lm by the name, as mlx-lm itself does. */
  private static void requireModel(String file, Map<String, String> user, Model model) {
    Fingerprint here = model.fingerprint();
    String of = user.containsKey(MODEL) ? "it is of \"" + user.get(MODEL) + "\", this is \"" + model.name() + "\"" : "";
    if (user.containsKey(CONFIG_SHA) || user.containsKey(TOKENIZER_SHA) || user.containsKey(WEIGHTS_SHA)) {
      requireSame(file, "another model: its config.json is not this one", user.get(CONFIG_SHA), here.config(), of);
      requireSame(file, "another model: its weights are not these", user.get(WEIGHTS_SHA), here.weights(), of);
      requireSame(file, "another tokenizer: its tokenizer.json is not this one", user.get(TOKENIZER_SHA),
          here.tokenizer(), of);
    } else if (user.containsKey(MODEL) && !isSame(user.get(MODEL), model.name())) {
      throw new QuipuException(file + ": the cache was made with another model: " + of + "; give that with --model, or "
          + REMEDY);
    }
  }

  private static void requireSame(String file, String otherwise, String there, String here, String of) {
    if (!here.equals(there)) {
      throw refuse(file, "the cache was made with " + otherwise + " (" + of + ")");
    }
  }

  /** The same words, or the same folder. */
  private static boolean isSame(String there, String here) {
    try {
      return there.equals(here) || Files.isSameFile(Path.of(there), Path.of(here));
    } catch (IOException | IllegalArgumentException _) {
      return false; // one of them is no folder
    }
  }

  private static int[] tokens(String file, String text, int length, int vocabSize) {
    if (text == null) {
      return null;
    }
    String[] ids = text.split(" ");
    if (ids.length != length) {
      throw refuse(file, "its keys and values are of " + length + " positions but its tokens are " + ids.length);
    }
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = id(ids[i]);
      if (tokens[i] < 0 || tokens[i] >= vocabSize) {
        throw refuse(file, "token " + i + " must be an id in [0, " + (vocabSize - 1) + "] but is \"" + ids[i] + "\"");
      }
    }
    return tokens;
  }

  private static int id(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private static void requireChecksum(String file, String there, List<StoredLayer> layers) {
    if (there == null) {
      return;
    }
    Checksum checksum = new Checksum();
    for (StoredLayer layer : layers) {
      layer.keys().forEach(tensor -> checksum.update(tensor.data()));
      layer.values().forEach(tensor -> checksum.update(tensor.data()));
    }
    if (!there.equals(checksum.toString())) {
      throw refuse(file, "its keys and values are damaged: their checksum is " + checksum + ", not " + there);
    }
  }

  static QuipuException refuse(String file, String what) {
    return new QuipuException(file + ": " + what + "; " + REMEDY);
  }

  /** Positions that it holds. */
  public int length() {
    return layers.getFirst().offset();
  }

  /** The ids of all positions; empty in a file of mlx-lm: then what follows is a new text. */
  public Optional<int[]> tokens() {
    return Optional.ofNullable(tokens).map(int[]::clone);
  }

  /** The model's name at the time, if the file says it. */
  public Optional<String> modelName() {
    return Optional.ofNullable(user.get(MODEL));
  }

  /**
   * A token that ends answers, if the file's maker was given one ({@code mlx_lm.cache_prompt --eos-token}).
   *
   * @throws QuipuException if the file's tokenizer_config is no JSON
   */
  public Optional<String> eosToken() {
    String config = user.getOrDefault(TOKENIZER_CONFIG, "{}");
    return Json.parse(config, name + ": " + TOKENIZER_CONFIG) instanceof Map<?, ?> map
        && map.get("eos_token") instanceof String token ? Optional.of(token) : Optional.empty();
  }

  /**
   * Fills an empty cache of the model and the settings that the file was held to.
   *
   * @throws QuipuException if Java's memory cannot hold it
   */
  public void restore(SequenceCache cache) {
    long bytes = cache.blockBytes() * Math.ceilDiv(length(), KvCache.BLOCK);
    if (bytes > Runtime.getRuntime().maxMemory()) {
      throw new QuipuException(name + ": its " + length() + " positions take " + (bytes >> 20) + " MiB, Java may have "
          + (Runtime.getRuntime().maxMemory() >> 20) + "; give it more with -Xmx, or keep them as --kv-dtype bf16");
    }
    if (layers.stream().anyMatch(StoredLayer::packed)) {
      cache.packEmpty();
    }
    List<KvCache> own = cache.ownLayers();
    for (int l = 0; l < own.size(); l++) {
      new LayerFiller(layers.get(l), own.get(l)).fill();
    }
  }

  /** Ends the mapping of the file. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
