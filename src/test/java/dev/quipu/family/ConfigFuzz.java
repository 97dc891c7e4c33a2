package dev.quipu.family;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.checkpoint.WeightMap;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.ops.Regime;
import dev.quipu.ops.ScalarOps;
import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import dev.quipu.support.JsonVariants;
import dev.quipu.tensor.Packing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Any config.json is refused or describes a model, which computes logits: with the weights of a golden model where they
 * fit, else with made-up ones unless they are many. Keys that nobody reads are not refused here, so that more gets this
 * far.
 */
public final class ConfigFuzz {

  /** The golden models: their config.json and their weights. */
  private static final Map<Path, Checkpoint> MODELS = new TreeMap<>(models());
  private static final List<Path> FOLDERS = List.copyOf(MODELS.keySet());
  private static final WeightFormat FORMAT = new WeightFormat.Packed(new Packing.Affine(4, 32));
  private static final long MADE_UP_BYTES = 1 << 20;
  private static final JsonVariants CONFIGS =
      new JsonVariants(FOLDERS.stream().map(folder -> MODELS.get(folder).text("config.json")).toList());

  private ConfigFuzz() {}

  /** The first byte 0: almost a golden model's config, with its weights; else a config by itself. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0 || data[0] != 0) {
      Fuzz.worksOrRefuses(() -> run(new String(data, UTF_8), null));
      return;
    }
    Choices choices = new Choices(data, 1);
    int n = choices.below(FOLDERS.size());
    Fuzz.worksOrRefuses(() -> run(CONFIGS.vary(n, choices), MODELS.get(FOLDERS.get(n)).weights()));
  }

  /** What a first byte of 0 stands for: the folder of the weights, and the config. */
  static String text(byte[] data) {
    Choices choices = new Choices(data, 1);
    int n = choices.below(FOLDERS.size());
    return FOLDERS.get(n) + "\n" + CONFIGS.vary(n, choices);
  }

  private static void run(String json, WeightMap golden) {
    Config config = Config.of("config.json", Json.parse(json, "config.json"));
    Family family = ModelFamily.of(config, name -> golden != null && golden.has(name));
    Quantization quantization = Quantization.of(config);
    Fuzz.worksOrRefuses(() -> HarmlessKeys.refuseOthers(config, Set.of()));
    if (golden != null) {
      Fuzz.worksOrRefuses(() -> compute(family, new WeightLoader(golden, quantization)));
    }
    try (Arena arena = Arena.ofConfined()) {
      compute(family, new MadeUpWeights(FORMAT, limited(arena)));
    }
  }

  private static SegmentAllocator limited(Arena arena) {
    long[] left = {MADE_UP_BYTES};
    return (bytes, alignment) -> {
      left[0] -= bytes;
      if (left[0] < 0) {
        throw new QuipuException("a model too large to be made up here");
      }
      return arena.allocate(bytes, alignment);
    };
  }

  private static void compute(Family family, WeightSource weights) {
    Decoder decoder = new Decoder(family.spec(), new RoleReader(weights, family).read(), new ScalarOps());
    int[] tokens = {0, family.spec().vocabSize() - 1, 0};
    Segment segment = new Segment(decoder.newCache()).next(tokens, 0, tokens.length, Segment.Logits.LAST);
    decoder.forward(new Batch(Regime.PROMPT, segment));
  }

  private static Map<Path, Checkpoint> models() {
    Map<Path, Checkpoint> models = new TreeMap<>();
    try (Stream<Path> folders = Files.list(Path.of("golden/models"))) {
      folders.filter(folder -> !folder.getFileName().toString().startsWith("refuse-"))
          .forEach(folder -> models.put(folder, Checkpoint.open(folder)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return models;
  }
}
