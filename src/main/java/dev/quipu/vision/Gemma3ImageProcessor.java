package dev.quipu.vision;

import dev.quipu.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Gemma 3: every picture is resized straight to one size, whatever its shape, and x becomes (x / 255 − ½) / ½. With
 * <em>pan and scan</em>, which is off unless the config asks for it, a long picture is also cut into a few crops, which
 * follow it.
 */
public final class Gemma3ImageProcessor implements ImageProcessor {

  private final int height;
  private final int width;
  private final ResampleFilter filter;
  private final Levels levels;
  private final PanAndScan panAndScan; // null where it is off

  private Gemma3ImageProcessor(ProcessorConfig config) {
    config.requireKind("Gemma3ImageProcessor");
    height = config.size("height");
    width = config.size("width");
    if (height == 0 || width == 0) {
      throw config.config().refuse("size", "must be {\"height\": …, \"width\": …}");
    }
    filter = config.filter(ResampleFilter.BILINEAR);
    double factor = config.factor();
    float[] mean = config.mean(0.5f, 0.5f, 0.5f);
    float[] deviation = config.deviation(0.5f, 0.5f, 0.5f);
    // the product in double, rounded once: transformers, image_transforms.py
    levels = Levels.of((level, c) -> ((float) (level * factor) - mean[c]) / deviation[c]);
    panAndScan = PanAndScan.of(config.config());
    config.refuseOthers();
  }

  /** With the numbers of a preprocessor_config.json. */
  static Gemma3ImageProcessor of(Config preprocessor) {
    return new Gemma3ImageProcessor(new ProcessorConfig(preprocessor));
  }

  @Override
  public List<Pixels> process(RgbImage image) {
    List<Pixels> views = new ArrayList<>(List.of(view(image)));
    if (panAndScan != null) {
      panAndScan.crops(image).forEach(crop -> views.add(view(crop)));
    }
    return views;
  }

  private Pixels view(RgbImage image) {
    return levels.of(Resampler.resize(image, width, height, filter));
  }
}
