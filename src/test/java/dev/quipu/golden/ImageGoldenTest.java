package dev.quipu.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Config;
import dev.quipu.support.Close;
import dev.quipu.support.Golden;
import dev.quipu.vision.Gemma3ImageProcessor;
import dev.quipu.vision.ImageDecoder;
import dev.quipu.vision.ImageProcessor;
import dev.quipu.vision.PixelBatch;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.PixtralImageProcessor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files to pixel values as Pillow and mlx-vlm make them: to the last bit, but for JPEG, whose decoder comes with the
 * JDK.
 */
class ImageGoldenTest {

  static List<Golden> cases() {
    return Golden.cases("image");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pixelValuesAreThoseOfMlxVlm(Golden golden) {
    PixelBatch batch = PixelBatch.of(views(golden));
    assertThat(batch.shape()).containsExactly(golden.ints("shape"));
    if (golden.json().has("image_sizes")) {
      assertThat(batch.sizes()).hasToString(golden.json().list("image_sizes").toString());
    }
    Golden.Tensor expected = golden.tensor(golden.json().requireString("expected"));
    float[] got = batch.every(golden.json().intValue("stride", 1));
    if (golden.json().list("images").getFirst().toString().endsWith(".jpg")) {
      Close.of(golden.json()).check(golden.id(), got, expected.values(), expected.values().length, expected.cols());
      double mean = golden.json().object("tolerance").requireDouble("mean_atol");
      assertThat(meanDifference(got, expected.values())).isLessThanOrEqualTo(mean);
    } else {
      assertThat(got).isEqualTo(expected.values());
    }
  }

  private static List<Pixels> views(Golden golden) {
    Config config = golden.json().object("config");
    ImageProcessor processor = switch (golden.json().requireString("processor")) {
      case "gemma3" -> Gemma3ImageProcessor.of(config);
      case "pixtral" -> PixtralImageProcessor.of(config);
      case String other -> throw new AssertionError("unknown processor " + other);
    };
    boolean exif = golden.json().booleanValue("exif_transpose", false);
    List<Pixels> views = new ArrayList<>();
    for (Object image : golden.json().list("images")) {
      views.addAll(processor.process(ImageDecoder.decode(golden.folder().resolve((String) image), exif)));
    }
    return views;
  }

  private static double meanDifference(float[] got, float[] expected) {
    double sum = 0;
    for (int i = 0; i < got.length; i++) {
      sum += Math.abs(got[i] - expected[i]);
    }
    return sum / got.length;
  }
}
