package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.tensor.Mat;
import org.junit.jupiter.api.Test;

/** Windows of a picture of 3×4 pixels with two channels, whose values are their places. */
class PatchesTest {

  private static float[] image() {
    float[] image = new float[3 * 4 * 2];
    for (int i = 0; i < image.length; i++) {
      image[i] = i;
    }
    return image;
  }

  @Test
  void aRowIsWhatAWindowCovers() {
    Mat patches = Patches.of(image(), 3, 4, 2, 2, 2, 2);
    assertThat(patches.rows()).isEqualTo(2); // the third row of pixels belongs to none
    assertThat(patches.data()).containsExactly(0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15);
  }

  @Test
  void windowsMayOverlapAndNeedNotBeSquare() {
    Mat patches = Patches.of(image(), 3, 4, 2, 3, 1, 1);
    assertThat(patches.rows()).isEqualTo(4);
    assertThat(patches.data()).startsWith(0, 1, 8, 9, 16, 17, 2, 3, 10, 11, 18, 19);
  }
}
