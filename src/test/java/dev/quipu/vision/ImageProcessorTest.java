package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes and crops worked by hand, and configs that ask for what is not done. */
class ImageProcessorTest {

  private static final String GEMMA = "\"size\": {\"height\": 28, \"width\": 28}";

  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource({
    "2000, 1500, 1024, 768", // the reference's three, then edges of the rule
    "500, 300, 512, 304",
    "33, 17, 48, 32",
    "1, 1, 16, 16",
    "1024, 1024, 1024, 1024",
    "1025, 1024, 1024, 1024", // 1024 / 1.00098 = 1023.001, up again
    "2048, 17, 1024, 16" // 17 / 2 = 8.5, floor 8
  })
  void pixtralKeepsTheShapeAsFarAsPatchesAllow(int width, int height, int newWidth, int newHeight) {
    Pixels view = PixtralImageProcessor.of(config("")).process(RgbImage.black(width, height)).getFirst();
    assertThat(List.of(view.width(), view.height())).containsExactly(newWidth, newHeight);
  }

  @Test
  void anImageOfWhichNothingWouldBeLeftIsRefused() {
    assertThatThrownBy(() -> PixtralImageProcessor.of(config("")).process(RgbImage.black(2000, 1)))
        .isInstanceOf(QuipuException.class).hasMessageContaining("2000x1 pixels").hasMessageContaining("too thin");
  }

  @Test
  void blackAndWhiteBecomeMinusOneAndOneForGemma() {
    RgbImage image = RgbImage.black(28, 28);
    image.rgb()[3] = -1;
    float[] data = Gemma3ImageProcessor.of(config(GEMMA)).process(image).getFirst().data();
    assertThat(data).startsWith(-1, -1, -1, 1, -1, -1, -1);
  }

  /** Level 50, as transformers 5.24 and mlx-vlm 0.7.10 compute it; rounded as the other does, it is the next float. */
  @Test
  void aLevelIsRoundedWhereItsReferenceRounds() {
    RgbImage image = RgbImage.black(32, 32);
    image.rgb()[0] = 50;
    String of32 = "\"size\": {\"height\": 32, \"width\": 32}";
    assertThat(Gemma3ImageProcessor.of(config(of32)).process(image).getFirst().data()[0]).isEqualTo(-0.60784316f);
    assertThat(PixtralImageProcessor.of(config("")).process(image).getFirst().data()[0]).isEqualTo(-1.0623411f);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100, 0", // square
    "119, 100, 0", // ratio 1.19
    "120, 100, 2", // at least two, of 60x100
    "250, 100, 3", // 2.5 rounds up
    "100, 250, 3",
    "900, 100, 4", // at most four
    "100, 40, 2", // 100 / 40 = 2.5, but only 2 of 40 fit
    "60, 39, 0" // crops of 30x39 are too small
  })
  void longPicturesAreCut(int width, int height, int crops) {
    String panAndScan = GEMMA + ", \"do_pan_and_scan\": true, \"pan_and_scan_min_crop_size\": 40";
    assertThat(Gemma3ImageProcessor.of(config(panAndScan)).process(RgbImage.black(width, height))).hasSize(1 + crops);
  }

  @Test
  void whatIsNotDoneIsRefusedByName() {
    assertRefused(GEMMA + ", \"do_center_crop\": true", "do_center_crop is true");
    assertRefused(GEMMA + ", \"do_resize\": false", "do_resize is false");
    assertRefused(GEMMA + ", \"resample\": 0", "resample 0 is not supported; supported: 1 (Lanczos)");
    assertRefused(GEMMA + ", \"image_std\": [0.5, 0, 0.5]", "image_std must not be 0");
    assertRefused(GEMMA + ", \"image_mean\": [0.5]", "image_mean must be three numbers");
    assertRefused(GEMMA + ", \"image_processor_type\": \"CLIPImageProcessor\"", "\"CLIPImageProcessor\" is not");
    assertRefused(GEMMA + ", \"sharpen\": 2", "unknown key \"sharpen\" may change the result");
    assertRefused("\"size\": {\"shortest_edge\": 224}", "size must be {\"height\"");
    assertRefused("\"size\": {\"height\": 0, \"width\": 28}", "height must be in [1, 16384] but is 0");
  }

  private static void assertRefused(String json, String reason) {
    assertThatThrownBy(() -> Gemma3ImageProcessor.of(config(json))).isInstanceOf(QuipuException.class)
        .hasMessageStartingWith("preprocessor_config.json: ").hasMessageContaining(reason);
  }

  @Test
  void provenanceIsHarmless() {
    Config config = config(GEMMA + ", \"processor_class\": \"Gemma3Processor\", \"do_convert_rgb\": null, "
        + "\"image_processor_type\": \"Gemma3ImageProcessorFast\"");
    assertThat(Gemma3ImageProcessor.of(config).process(RgbImage.black(9, 9))).hasSize(1);
  }

  @Test
  void mistral3StepsByMergedPatches() throws IOException {
    write("config.json",
        "{\"model_type\": \"mistral3\", \"spatial_merge_size\": 2, \"vision_config\": {\"patch_size\": 14}}");
    write("preprocessor_config.json", "{\"size\": {\"longest_edge\": 1540}, \"patch_size\": 16}");
    assertThat(ofFolder().process(RgbImage.black(30, 20)).getFirst()).extracting(Pixels::width, Pixels::height)
        .containsExactly(56, 28);
  }

  @Test
  void mistral3MergesTwoByTwoWhereNothingSaysOtherwise() throws IOException {
    write("config.json", "{\"model_type\": \"mistral3\", \"vision_config\": {\"patch_size\": 14}}");
    write("preprocessor_config.json", "{\"size\": {\"longest_edge\": 1540}}");
    assertThat(ofFolder().process(RgbImage.black(30, 20)).getFirst()).extracting(Pixels::width, Pixels::height)
        .containsExactly(56, 28);
  }

  @Test
  void pixtralStepsByThePatchesOfItsProcessor() throws IOException {
    write("config.json", "{\"model_type\": \"pixtral\", \"vision_config\": {\"patch_size\": 8}}");
    write("processor_config.json", "{\"patch_size\": 8, \"image_processor\": {\"size\": {\"longest_edge\": 64}}}");
    assertThat(ofFolder().process(RgbImage.black(70, 20)).getFirst()).extracting(Pixels::width, Pixels::height)
        .containsExactly(64, 24);
  }

  @Test
  void aFolderWithoutPreprocessorIsRefused() throws IOException {
    write("config.json", "{\"model_type\": \"gemma3\"}");
    assertThatThrownBy(this::ofFolder).isInstanceOf(QuipuException.class)
        .hasMessageContaining("neither preprocessor_config.json nor an image_processor in processor_config.json");
  }

  @Test
  void aModelWithoutEyesIsRefused() throws IOException {
    write("config.json", "{\"model_type\": \"llama\"}");
    assertThatThrownBy(this::ofFolder).hasMessageContaining("\"llama\" reads no images");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private ImageProcessor ofFolder() {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return ImageProcessor.of(checkpoint);
    }
  }

  private static Config config(String keys) {
    return Config.of("preprocessor_config.json", Json.parse("{" + keys + "}", "preprocessor_config.json"));
  }
}
