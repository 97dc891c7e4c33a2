package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.DecoderWeights;
import dev.quipu.vision.VisionParts;
import java.lang.foreign.SegmentAllocator;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The architectures: each reads its numbers from config.json and says which tensors it has. Chosen by
 * {@code model_type}; a type that is not here is refused by name.
 */
public final class ModelFamily {

  private ModelFamily() {}

  /**
   * What a family makes of a checkpoint.
   *
   * @param vision what makes rows of images, or null
   */
  public record Model(DecoderSpec spec, DecoderWeights weights, VisionParts vision) {}

  /**
   * Reads numbers and weights; the weights stay mapped.
   *
   * @param allowedKeys keys of config.json that the user vouches for, although nothing here reads them
   * @throws QuipuException naming the key or tensor that is missing, misshapen, unknown or not supported
   */
  public static Model load(Checkpoint checkpoint, Set<String> allowedKeys) {
    Config config = checkpoint.config();
    Family family = of(config, checkpoint.weights()::has);
    VisionFamily vision = VisionFamily.of(config, checkpoint.weights()::has);
    Quantization quantization = Quantization.of(config);
    HarmlessKeys.refuseOthers(config, allowedKeys);
    WeightLoader loader = new WeightLoader(checkpoint.weights(), quantization);
    DecoderWeights weights = new RoleReader(loader, family).read();
    if (vision != null) {
      vision.check(loader.unread());
    }
    loader.refuseUnread(tensor -> family.layout().mayIgnore(tensor) && (vision == null || !vision.owns(tensor)));
    return new Model(family.spec(), weights, vision == null ? null : (ops, reference) ->
        vision.addOn(loader, checkpoint, ops, reference));
  }

  /**
   * A model of these numbers whose weights are made up: it says nothing, at the speed of one that does.
   *
   * @param format of every matrix that MLX would quantize
   * @param memory where the weights are put; it need not be zeroed
   * @throws QuipuException as for {@link #load}
   */
  public static Model madeUp(Config config, WeightFormat format, SegmentAllocator memory) {
    Family family = of(config, _ -> false);
    VisionFamily vision = VisionFamily.of(config, _ -> true);
    config.get("quantization"); // of the checkpoint whose numbers these are
    HarmlessKeys.refuseOthers(config, Set.of());
    WeightSource source = new MadeUpWeights(format, memory);
    return new Model(family.spec(), new RoleReader(source, family).read(), vision == null ? null : (ops, reference) ->
        vision.addOn(source, null, ops, reference));
  }

  static Family of(Config config, Predicate<String> hasTensor) {
    String type = config.requireString("model_type");
    if (config.has("model_file")) {
      throw config.refuse("model_file", "names code of the checkpoint's own, which is never run");
    }
    return switch (type) {
      case "llama", "mistral" -> Llama.of(config);
      case "ministral3" -> Ministral3.of(config, Place.ROOT, true);
      case "mistral3", "pixtral" -> Mistral3.of(config, type, Place.wrapped(hasTensor));
      case "qwen2" -> Qwen2.of(config);
      case "qwen3" -> Qwen3.of(config);
      case "smollm3" -> SmolLm3.of(config);
      case "phi3" -> Phi3.of(config);
      case "helium" -> Helium.of(config);
      case "gemma" -> Gemma.of(config);
      case "gemma2" -> Gemma2.of(config);
      case "gemma3_text" -> Gemma3.text(config);
      case "gemma3" -> Gemma3.wrapped(config, Place.wrapped(hasTensor));
      case "gemma4_text" -> Gemma4.text(config);
      case "gemma4", "gemma4_unified" -> Gemma4.wrapped(config, Place.wrapped(hasTensor));
      default -> throw config.refuse("model_type", "\"" + type + "\" is not supported; supported: llama, mistral, "
          + "ministral3, mistral3 and pixtral (their text models), qwen2, qwen3, smollm3, phi3, helium, gemma, gemma2, "
          + "gemma3_text, gemma3, gemma4_text, gemma4, gemma4_unified (their text models)");
    };
  }
}
