package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.ops.ScalarOps;
import dev.quipu.ops.VectorOps;
import dev.quipu.tensor.Mat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both towers: steps, threads, and what they refuse. Their numbers are the goldens' business. */
class TowerTest {

  private interface Use {
    void of(VisionAddOn addOn);
  }

  private static void with(String model, Ops ops, Use use) {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden/models", model)); ops) {
      use.of(ModelFamily.load(checkpoint, Set.of()).vision().addOn(ops, VisionReference.MIXED));
    }
  }

  private static Pixels view(int width, int height) {
    float[] data = new float[width * height * 3];
    Random random = new Random(width);
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return new Pixels(data, height, width);
  }

  private static float[] copy(Mat m) {
    return Arrays.copyOf(m.data(), m.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemma3-vl-f32", "pixtral-vl-f32", "mistral3-vl-f32"})
  void stepByStepIsTheSameAsAtOnceOnAnyNumberOfThreads(String model) {
    float[][] found = new float[2][];
    with(model, new VectorOps(3), addOn -> found[0] = copy(addOn.features(view(24, 24), Trace.OFF)));
    with(model, new VectorOps(1), addOn -> {
      VisionPass pass = addOn.pass(view(24, 24), Trace.OFF);
      VisionPass other = addOn.pass(view(24, 24), Trace.OFF);
      int steps = 0;
      for (; !pass.isDone(); steps++) {
        pass.step();
        other.step(); // two on their way know nothing of each other
      }
      assertThat(steps).isEqualTo(4);
      found[1] = copy(pass.features());
      assertThat(copy(other.features())).isEqualTo(found[1]);
    });
    assertThat(found[1]).isEqualTo(found[0]);
  }

  @ParameterizedTest
  @CsvSource({"gemma3-vl-f32, 24, 24, 4", "gemma3-vl-f16-crops, 20, 20, 16", "pixtral-vl-f32, 28, 12, 21",
      "mistral3-vl-f32, 20, 8, 10", "mistral3-vl-bf16, 12, 30, 10"})
  void rowsAreCountedBeforeTheyAreComputed(String model, int width, int height, int rows) {
    with(model, new ScalarOps(), addOn -> {
      Pixels view = view(width, height);
      assertThat(addOn.rows(view)).isEqualTo(rows);
      assertThat(addOn.features(view, Trace.OFF).rows()).isEqualTo(rows);
    });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      gemma3-vl-f32 | 28 | 24 | views of 28x24 pixels, and the tower's image_size is 24
      pixtral-vl-f32 | 30 | 24 | views of 30x24 pixels, and the tower reads steps of 4
      mistral3-vl-f32 | 24 | 18 | views of 24x18 pixels, and the tower reads steps of 4
      pixtral-vl-f32 | 8 | 36 | views of 8x36 pixels, and the tower knows positions for 8 patches of 4
      """)
  void aViewThatDoesNotFitIsRefused(String model, int width, int height, String reason) {
    with(model, new ScalarOps(), addOn -> assertThatThrownBy(() -> addOn.features(view(width, height), Trace.OFF))
        .hasMessageContaining(reason));
  }

  @Test
  void promptsHaveAnImageTokenARow() {
    with("gemma3-vl-f32", new ScalarOps(), addOn -> {
      Mat rows = Mat.zeros(2, 40);
      assertThat(addOn.place(new int[] {5, 146, 0, 146}, rows).getFirst().positions()).containsExactly(1, 3);
      assertThatThrownBy(() -> addOn.place(new int[] {5, 146, 7}, rows))
          .hasMessageContaining("has 1 image tokens (146), and its images become 2 rows");
    });
  }

  @Test
  void gemmasViewsStandByThemselvesAndCropsAreIntroduced() {
    ImageTokens tokens = new Gemma3ImageTokens("<S>", "<i>", "<E>", 9, 3);
    String view = "\n\n<S><i><i><i><E>\n\n";
    assertThat(tokens.expansion(List.of(view(4, 4)))).isEqualTo(view);
    assertThat(tokens.expansion(List.of(view(4, 4), view(4, 4), view(4, 4)))).isEqualTo(
        "Here is the original image " + view + " and here are some crops to help you see better " + view + " " + view);
  }

  @Test
  void pixtralsRowsAreBrokenAndEnded() {
    ImageTokens tokens = new PixtralImageTokens("[I]", "[B]", "[E]", 10, 4);
    assertThat(tokens.expansion(List.of(view(12, 8)))).isEqualTo("[I][I][I][B][I][I][I][E]");
  }

  @Test
  void squaresOfPatchesHaveChannelsOutermost() {
    Mat grid = new Mat(new float[] {1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60, 7, 70, 8, 80}, 8, 2); // 2 down, 4 across
    assertThat(copy(PixtralPass.squares(grid, 4, 2))).containsExactly(
        1, 2, 5, 6, 10, 20, 50, 60, 3, 4, 7, 8, 30, 40, 70, 80);
  }
}
