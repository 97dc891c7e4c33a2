package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Written out by hand from mlx_vlm's processing_gemma3.py and processing_pixtral.py. */
class ImageTokensTest {

  private static final ImageTokens GEMMA = new ImageTokens.Gemma3("<boi>", "<s>", "<eoi>", 3);
  private static final ImageTokens PIXTRAL = new ImageTokens.Pixtral("[I]", "[B]", "[E]", 14);

  private static Pixels view(int height, int width) {
    return new Pixels(new float[height * width * 3], height, width);
  }

  @Test
  void gemmaHasAFixedNumberOfRowsBetweenTwoMarks() {
    assertThat(GEMMA.expanded(List.of(view(28, 28)))).isEqualTo("\n\n<boi><s><s><s><eoi>\n\n");
    assertThat(GEMMA.rows(view(28, 28))).isEqualTo(3);
  }

  @Test
  void gemmaSaysWhichViewsAreCrops() {
    assertThat(GEMMA.expanded(List.of(view(1, 1), view(1, 1), view(1, 1)))).isEqualTo(
        "Here is the original image \n\n<boi><s><s><s><eoi>\n\n and here are some crops to help you see better "
            + "\n\n<boi><s><s><s><eoi>\n\n \n\n<boi><s><s><s><eoi>\n\n");
  }

  @Test
  void pixtralHasARowOfTokensForEachRowOfSquares() {
    assertThat(PIXTRAL.expanded(List.of(view(28, 42)))).isEqualTo("[I][I][I][B][I][I][I][E]");
    assertThat(PIXTRAL.expanded(List.of(view(14, 14)))).isEqualTo("[I][E]");
    assertThat(PIXTRAL.rows(view(28, 42))).isEqualTo(6);
  }
}
