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
    PixelBatch batch = PixelBatch.of(views(c));
    requireSame("shape", json.requireList("shape"), Arrays.stream(batch.shape()).boxed().toList());
    if (json.has("image_sizes")) {
      requireSame("image_sizes", json.requireList("image_sizes"), batch.sizes());
    }
    String name = json.requireString("expected");
    Tensor want = c.floats(name);
    Tensor got = new Tensor(batch.every(json.intValue("stride", 1)), want.shape());
    Tolerance.of(c).check(name, got, want);
    Config tolerance = json.requireObject("tolerance");
    if (tolerance.has("mean_atol")) {
      checkMean(name, got.values(), want.values(), Tolerance.number(tolerance, "mean_atol"));
    }
  }

  private static List<Pixels> views(Case c) {
    ImageProcessor processor = ImageProcessor.of(c.json().requireString("processor"), c.json().requireObject("config"));
    boolean transpose = c.json().booleanValue("exif_transpose", false);
    List<Pixels> views = new ArrayList<>();
    for (Object image : c.json().requireList("images")) {
      views.addAll(processor.process(ImageDecoder.decode(c.file((String) image), transpose)));
    }
    c.requireSome("images", views.size());
    return views;
  }

  private static void requireSame(String what, List<?> want, List<?> got) {
    if (!want.toString().equals(got.toString())) {
      throw Mismatch.of(what, want, got);
    }
  }

  private static void checkMean(String name, float[] got, float[] want, double atol) {
    double sum = 0;
    for (int i = 0; i < want.length; i++) {
      sum += Math.abs((double) got[i] - want[i]);
    }
    double mean = sum / want.length;
    if (!(mean <= atol)) {
      throw Mismatch.of(name + ", mean absolute difference", "at most " + atol, mean);
    }
  }
}
