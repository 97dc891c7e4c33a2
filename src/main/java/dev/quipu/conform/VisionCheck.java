package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.tensor.Mat;
import dev.quipu.vision.PixelBatch;
import dev.quipu.vision.Pixels;
import java.util.List;

/** Kind vision: images through preparation, tower and projector, then logits of a prompt that holds their rows. */
final class VisionCheck {

  private static final Tolerance PIXELS = new Tolerance(2e-5, 0);

  private VisionCheck() {}

  static void run(Case c, Bench bench) {
    List<Config> calls = LogitsCheck.requireCalls(c);
    CaseImages images = CaseImages.of(c, bench);
    checkPixels(c, images.views());
    Mat features = images.features();
    String expected = c.json().requireString("features");
    Tolerance.of(c).check(expected, new Tensor(features.data(), features.rows(), features.cols()), c.floats(expected));
    List<EmbeddedRows> rows = images.rows(calls.getFirst().requireInts("tokens"), features);
    bench.inEachRegime(c.json().requireString("checkpoint"), session -> {
      session.embed(rows);
      LogitsCheck.calls(c, session);
    });
  }

  private static void checkPixels(Case c, List<Pixels> views) {
    PixelBatch batch = PixelBatch.of(views);
    if (c.json().has("image_sizes") && !batch.sizes().toString().equals(c.json().list("image_sizes").toString())) {
      throw Mismatch.of("image_sizes", c.json().list("image_sizes"), batch.sizes());
    }
    String expected = c.json().requireString("pixel_values");
    PIXELS.check(expected, new Tensor(batch.every(1), batch.shape()), c.floats(expected));
  }
}
