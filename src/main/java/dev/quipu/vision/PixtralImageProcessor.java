package dev.quipu.vision;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import java.util.List;

/**
 * Pixtral and Mistral 3: a picture keeps its shape, more or less. Its sides are shrunk to at most the limits, then
 * raised to whole steps of the tower (its patches, or the squares of patches that are merged), in one resize; then
 * CLIP's normalisation. mlx-vlm pads several pictures of a call to one size and cuts them again; here each keeps its
 * own.
 */
public final class PixtralImageProcessor implements ImageProcessor {

  private static final int LIMIT = 1024;
  private static final int PATCH = 16;
  private static final int MERGE = 2; // Mistral 3's, where nothing says otherwise

  private final int maxHeight;
  private final int maxWidth;
  private final int step;
  private final ResampleFilter filter;
  private final Levels levels;

  private PixtralImageProcessor(ProcessorConfig config, int step) {
    config.requireKind("PixtralImageProcessor");
    int longestEdge = config.size("longest_edge");
    maxHeight = firstOf(longestEdge, config.size("height"), LIMIT);
    maxWidth = firstOf(longestEdge, config.size("width"), LIMIT);
    this.step = step;
    filter = config.filter(ResampleFilter.BICUBIC);
    float factor = (float) config.factor();
    float[] mean = config.mean(0.48145466f, 0.4578275f, 0.40821073f);
    float[] deviation = config.deviation(0.26862954f, 0.26130258f, 0.27577711f);
    // the factor rounded first: mlx_vlm/models/pixtral/image_processing_pixtral.py
    levels = Levels.of((level, c) -> (level * factor - mean[c]) / deviation[c]);
    config.refuseOthers();
  }

  /** With the numbers of a preprocessor_config.json; sides are raised to multiples of its own {@code patch_size}. */
  static PixtralImageProcessor of(Config preprocessor) {
    return new PixtralImageProcessor(
        new ProcessorConfig(preprocessor), firstOf(ProcessorConfig.patch(preprocessor, "patch_size"), PATCH));
  }

  /**
   * With the numbers of a checkpoint. The step is patch · merge: Mistral 3's stand in config.json, Pixtral's in
   * processor_config.json (mlx_vlm, processing_mistral3.py and processing_pixtral.py).
   */
  static PixtralImageProcessor of(Checkpoint checkpoint) {
    ProcessorConfig images = ProcessorConfig.find(checkpoint);
    int patch = ProcessorConfig.patch(images.config(), "patch_size");
    int merge = 1;
    Config processor = checkpoint.optionalConfig("processor_config.json").orElse(null);
    if (processor != null) {
      patch = firstOf(ProcessorConfig.patch(processor, "patch_size"), patch);
      merge = processor.intValue("spatial_merge_size", merge);
    }
    Config config = checkpoint.config();
    Config vision = config.object("vision_config");
    int towerPatch = vision == null ? 0 : ProcessorConfig.patch(vision, "patch_size");
    boolean mistral3 = config.requireString("model_type").equals("mistral3");
    merge = mistral3 ? config.intValue("spatial_merge_size", Math.max(merge, MERGE)) : merge;
    patch = mistral3 ? firstOf(towerPatch, patch, PATCH) : firstOf(patch, towerPatch, PATCH);
    if (merge < 1) {
      throw config.refuse("spatial_merge_size", "must be at least 1 but is " + merge);
    }
    return new PixtralImageProcessor(images, Math.multiplyExact(patch, merge));
  }

  private static int firstOf(int... sizes) {
    for (int size : sizes) {
      if (size > 0) {
        return size;
      }
    }
    throw new IllegalArgumentException("no size");
  }

  @Override
  public List<Pixels> process(RgbImage image) {
    int height = image.height();
    int width = image.width();
    double ratio = Math.max((double) height / maxHeight, (double) width / maxWidth);
    if (ratio > 1) {
      height = (int) Math.floor(height / ratio);
      width = (int) Math.floor(width / ratio);
    }
    if (height < 1 || width < 1) {
      throw new QuipuException("an image of " + image + " is too thin: shrunk to the model's limit of "
          + maxWidth + "x" + maxHeight + " nothing is left of its shorter side; cut it");
    }
    return List.of(levels.of(Resampler.resize(image, raised(width), raised(height), filter)));
  }

  private int raised(int side) {
    return Math.ceilDiv(side, step) * step;
  }
}
