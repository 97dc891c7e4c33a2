package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files to pixel values as Pillow and mlx-vlm make them: to the last bit, where the cases would allow a little.
 */
class ImageGoldenTest {

  static List<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("golden", "image"))) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pixelValuesAreThoseOfMlxVlm(Path folder) throws IOException {
    Config json = json(folder);
    PixelBatch batch = PixelBatch.of(views(folder, json));
    assertThat(batch.shape()).containsExactly(numbers(json, "shape"));
    if (json.has("image_sizes")) {
      assertThat(batch.sizes()).hasToString(json.list("image_sizes").toString());
    }
    float[] got = batch.every(json.intValue("stride", 1));
    float[] expected = tensor(folder, json.requireString("expected"));
    assertThat(got).isEqualTo(expected);
  }

  private static List<Pixels> views(Path folder, Config json) {
    ImageProcessor processor = ImageProcessor.of(json.requireString("processor"), json.object("config"));
    List<Pixels> views = new ArrayList<>();
    for (Path image : images(folder, json)) {
      views.addAll(processor.process(ImageDecoder.decode(image, json.booleanValue("exif_transpose", false))));
    }
    return views;
  }

  /** The files of a case. */
  static List<Path> images(Path folder, Config json) {
    return json.list("images").stream().map(image -> folder.resolve((String) image)).toList();
  }

  static Config json(Path folder) throws IOException {
    return Config.of("case.json", Json.parse(Files.readString(folder.resolve("case.json")), "case.json"));
  }

  private static int[] numbers(Config json, String key) {
    return json.list(key).stream().mapToInt(number -> ((Number) number).intValue()).toArray();
  }

  private static float[] tensor(Path folder, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return SafeTensors.open(folder.resolve("tensors.safetensors"), arena).tensor(name).data()
          .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }
}
