package dev.quipu.family;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.ops.Ops;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.util.List;
import java.util.function.Predicate;

/** The eyes of a multimodal checkpoint: their numbers, and the names of their tensors. */
sealed interface VisionFamily permits Gemma3Vision, PixtralVision {

  /** Red, green and blue. */
  int CHANNELS = 3;

  /** The vision half of a configuration, or null where it has none or the checkpoint does not bring it along. */
  static VisionFamily of(Config config, Predicate<String> hasTensor) {
    if (!config.has("vision_config")) {
      return null;
    }
    return switch (config.requireString("model_type")) {
      case "gemma3" -> Gemma3Vision.of(config, hasTensor);
      case "pixtral", "mistral3" -> PixtralVision.of(config, hasTensor);
      default -> null;
    };
  }

  /** Asks for every tensor, so that one that is missing or misshapen is told at once. */
  void check(WeightSource source);

  /** Whether a tensor must not lie unread. */
  boolean owns(String tensor);

  /** @param checkpoint with what else belongs to images, which is read when it is asked for */
  VisionAddOn addOn(WeightSource source, Checkpoint checkpoint, Ops ops, VisionReference reference);

  /** Refuses a tower of other than three colours, or of patches larger than an image. */
  static void refuseShapes(Config vision, int patch, int image) {
    if (Numbers.size(vision, "num_channels", CHANNELS) != CHANNELS) {
      throw vision.refuse("num_channels", "must be " + CHANNELS + " but is " + vision.get("num_channels"));
    }
    if (patch > image) {
      throw vision.refuse("patch_size", "must be at most image_size (" + image + ") but is " + patch);
    }
  }

  /** The first of some prefixes under which there is a tensor of that name, or null. */
  static String prefix(Predicate<String> hasTensor, String name, List<String> prefixes) {
    return prefixes.stream().filter(prefix -> hasTensor.test(prefix + name)).findFirst().orElse(null);
  }
}
