package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.vision.ImageDecoder;
import dev.quipu.vision.ImageProcessor;
import dev.quipu.vision.PixelBatch;
import dev.quipu.vision.Pixels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Kind image: image files as the numbers that a vision tower reads. */
final class ImageCheck {

  private ImageCheck() {}

  static void run(Case c, Bench bench) {
    Config json = c.json();
    Tolerance tolerance = Tolerance.of(c);
    int stride = json.intValue("stride", 1);
    PixelBatch batch = PixelBatch.of(
        views(c, ImageProcessor.of(json.requireString("processor"), json.requireObject("config"))));
    requireShape("shape", json.requireInts("shape"), batch.shape());
    if (json.has("image_sizes") && !batch.sizes().toString().equals(json.requireList("image_sizes").toString())) {
      throw Mismatch.of("image_sizes", json.requireList("image_sizes"), batch.sizes());
    }
    String expected = json.requireString("expected");
    int[] stored = {batch.shape()[0], batch.shape()[1],
        Math.ceilDiv(batch.height(), stride), Math.ceilDiv(batch.width(), stride)};
    Tensor got = new Tensor(batch.every(stride), stored);
    tolerance.check(expected, got, c.floats(expected));
    checkMean(json, got, c.floats(expected));
  }

  private static List<Pixels> views(Case c, ImageProcessor processor) {
    boolean transpose = c.json().requireBoolean("exif_transpose");
    List<String> images = c.json().requireStrings("images");
    c.requireSome("images", images.size());
    List<Pixels> views = new ArrayList<>();
    for (String image : images) {
      views.addAll(processor.process(ImageDecoder.decode(c.file(image), transpose)));
    }
    return views;
  }

  private static void requireShape(String where, int[] expected, int[] got) {
    if (!Arrays.equals(expected, got)) {
      throw Mismatch.of(where, Arrays.toString(expected), Arrays.toString(got));
    }
  }

  /** For JPEG: the decoders of this world agree on the whole, and not on each sample. */
  private static void checkMean(Config json, Tensor got, Tensor want) {
    Config tolerance = json.requireObject("tolerance");
    if (tolerance.has("mean_atol")) {
      double sum = 0;
      for (int i = 0; i < want.elements(); i++) {
        sum += Math.abs((double) got.values()[i] - want.values()[i]);
      }
      double mean = sum / want.elements();
      double limit = Tolerance.number(tolerance, "mean_atol");
      if (!(mean <= limit)) {
        throw Mismatch.of("mean abs difference", "at most " + limit, mean);
      }
    }
  }
}
