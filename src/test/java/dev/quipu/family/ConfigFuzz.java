package dev.quipu.family;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.checkpoint.WeightMap;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.DecoderWeights;
import dev.quipu.model.Segment;
import dev.quipu.ops.Regime;
import dev.quipu.ops.ScalarOps;
import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import dev.quipu.support.JsonVariants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Any config.json is refused or describes a model; where the weights of a golden model fit it, that model computes
 * logits. Keys that nobody reads are not refused here, so that more gets this far.
 */
public final class ConfigFuzz {

  /** The golden models: their config.json and their weights. */
  private static final Map<Path, Checkpoint> MODELS = new TreeMap<>(models());
  private static final List<Path> FOLDERS = List.copyOf(MODELS.keySet());
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

  private static void run(String json, WeightMap weights) {
    Config config = Config.of("config.json", Json.parse(json, "config.json"));
    Family family = ModelFamily.of(config, name -> weights != null && weights.has(name));
    Quantization quantization = Quantization.of(config);
    Fuzz.worksOrRefuses(() -> HarmlessKeys.refuseOthers(config, Set.of()));
    if (weights != null) {
      WeightLoader loader = new WeightLoader(weights, quantization);
      DecoderWeights read = new RoleReader(loader, family).read();
      Decoder decoder = new Decoder(family.spec(), read, new ScalarOps());
      int[] tokens = {1, 2, 0};
      Segment segment = new Segment(decoder.newCache()).next(tokens, 0, tokens.length, Segment.Logits.LAST);
      decoder.forward(new Batch(Regime.PROMPT, segment));
    }
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
