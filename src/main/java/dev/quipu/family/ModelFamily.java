package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.DecoderWeights;
import java.util.Set;

/**
 * One architecture: reads the numbers from config.json and finds the weights by the names it uses. Chosen by
 * {@code model_type}; a type that is not here is refused by name.
 */
public sealed interface ModelFamily permits Llama, Gemma3 {

  /** What a family makes of a checkpoint. */
  record Model(DecoderSpec spec, DecoderWeights weights) {}

  /** The decoder's numbers. Every key that matters is read here, so that what is left can be judged. */
  DecoderSpec spec();

  /** The weights, by role. */
  DecoderWeights weights(WeightLoader loader);

  /** Tensors that may lie unread in a checkpoint of this family. */
  boolean mayIgnore(String tensor);

  /**
   * Reads numbers and weights; the weights stay mapped.
   *
   * @param allowedKeys keys of config.json that the user vouches for, although nothing here reads them
   * @throws QuipuException naming the key or tensor that is missing, misshapen, unknown or not supported
   */
  static Model load(Checkpoint checkpoint, Set<String> allowedKeys) {
    Config config = checkpoint.config();
    ModelFamily family = of(config, checkpoint);
    Quantization quantization = Quantization.of(config);
    DecoderSpec spec = family.spec();
    HarmlessKeys.refuseOthers(config, allowedKeys);
    WeightLoader loader = new WeightLoader(checkpoint.weights(), quantization);
    DecoderWeights weights = family.weights(loader);
    loader.refuseUnread(family::mayIgnore);
    return new Model(spec, weights);
  }

  private static ModelFamily of(Config config, Checkpoint checkpoint) {
    String type = config.requireString("model_type");
    if (config.has("model_file")) {
      throw config.refuse("model_file", "names code of the checkpoint's own, which is never run");
    }
    return switch (type) {
      case "llama", "mistral" -> new Llama(config);
      case "gemma3_text" -> Gemma3.text(config);
      case "gemma3" -> Gemma3.wrapped(config, checkpoint.weights());
      default -> throw config.refuse("model_type", "\"" + type + "\" is not supported; supported: "
          + "llama, mistral, gemma3_text, gemma3 (its text model)");
    };
  }
}
