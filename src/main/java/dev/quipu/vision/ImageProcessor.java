package dev.quipu.vision;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import java.util.List;

/**
 * What a checkpoint does to a picture before its tower sees it: sizes, crops, scale and normalisation, as mlx-vlm
 * 0.7.10 does them. Knows neither files nor towers.
 */
public sealed interface ImageProcessor permits Gemma3ImageProcessor, PixtralImageProcessor {

  /** The views of one picture that the tower is shown: one, or the whole and its crops. */
  List<Pixels> process(RgbImage image);

  /**
   * The processor that a checkpoint's config.json asks for, with the numbers of its preprocessor_config.json or
   * processor_config.json.
   *
   * @throws QuipuException naming the file and the key that is missing, unknown or not supported
   */
  static ImageProcessor of(Checkpoint checkpoint) {
    Config config = checkpoint.config();
    String type = config.requireString("model_type");
    return switch (type) {
      case "gemma3" -> Gemma3ImageProcessor.of(ProcessorConfig.find(checkpoint).config());
      case "pixtral", "mistral3" -> PixtralImageProcessor.of(checkpoint);
      default -> throw config.refuse("model_type",
          "\"" + type + "\" reads no images; those that do: gemma3, pixtral, mistral3");
    };
  }

  /**
   * The processor of a kind, with the numbers of a preprocessor_config.json alone.
   *
   * @param kind {@code gemma3} or {@code pixtral}
   */
  static ImageProcessor of(String kind, Config preprocessor) {
    return switch (kind) {
      case "gemma3" -> Gemma3ImageProcessor.of(preprocessor);
      case "pixtral" -> PixtralImageProcessor.of(preprocessor);
      default -> throw new QuipuException(
          "there is no image processor \"" + kind + "\"; there are: gemma3, pixtral");
    };
  }
}
