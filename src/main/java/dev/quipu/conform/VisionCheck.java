package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.family.ModelFamily;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Trace;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Mat;
import dev.quipu.vision.ImageDecoder;
import dev.quipu.vision.PixelBatch;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.util.ArrayList;
import java.util.List;

/** Kind vision: images through preparation, tower and projector, then logits of prompts that hold their rows. */
final class VisionCheck {

  private static final Tolerance PIXELS = new Tolerance(2e-5, 0);

  private VisionCheck() {}

  static void run(Case c, Bench bench) {
    List<Config> calls = LogitsCheck.requireCalls(c);
    ModelFamily.Model model = bench.library().model(c.json().requireString("checkpoint"));
    VisionAddOn vision = addOn(model, bench);
    List<Pixels> views = views(c, vision);
    checkPixels(c, views);
    Mat features = features(vision, views, Trace.OFF);
    String expected = c.json().requireString("features");
    Tolerance.of(c).check(expected, new Tensor(features.data(), features.rows(), features.cols()), c.floats(expected));
    List<EmbeddedRows> rows = vision.place(calls.getFirst().requireInts("tokens"), vision.embedded(features));
    bench.inEachRegime(regime -> {
      Session session = new Session(model, bench.ops(), KvSettings.of(bench.kvDtype()), regime);
      session.embed(rows);
      LogitsCheck.calls(c, session);
    });
  }

  static VisionAddOn addOn(ModelFamily.Model model, Bench bench) {
    if (model.vision() == null) {
      throw new Mismatch("the checkpoint has no vision tower");
    }
    return model.vision().addOn(bench.ops(), VisionReference.MLX);
  }

  /** What the tower is shown of the case's images. */
  static List<Pixels> views(Case c, VisionAddOn vision) {
    boolean transpose = c.json().requireBoolean("exif_transpose");
    List<String> images = c.json().requireStrings("images");
    c.requireSome("images", images.size());
    List<Pixels> views = new ArrayList<>();
    for (String image : images) {
      views.addAll(vision.processor().process(ImageDecoder.decode(c.file(image), transpose)));
    }
    return views;
  }

  private static void checkPixels(Case c, List<Pixels> views) {
    PixelBatch batch = PixelBatch.of(views);
    if (c.json().has("image_sizes") && !batch.sizes().toString().equals(c.json().list("image_sizes").toString())) {
      throw Mismatch.of("image_sizes", c.json().list("image_sizes"), batch.sizes());
    }
    String expected = c.json().requireString("pixel_values");
    PIXELS.check(expected, new Tensor(batch.every(1), batch.shape()), c.floats(expected));
  }

  /** The features of all views, one below the other. */
  static Mat features(VisionAddOn vision, List<Pixels> views, Trace trace) {
    List<Mat> parts = new ArrayList<>();
    for (Pixels view : views) {
      parts.add(vision.features(view, trace));
    }
    return stacked(parts);
  }

  static Mat stacked(List<Mat> parts) {
    Mat all = Mat.zeros(parts.stream().mapToInt(Mat::rows).sum(), parts.getFirst().cols());
    int to = 0;
    for (Mat part : parts) {
      System.arraycopy(part.data(), 0, all.data(), to, part.size());
      to += part.size();
    }
    return all;
  }
}
