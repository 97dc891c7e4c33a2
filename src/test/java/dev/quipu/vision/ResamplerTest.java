package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Sizes worked by hand; that all of it is Pillow's is the image goldens' matter. */
class ResamplerTest {

  @Test
  void halfOfTwoPixelsIsTheirMeanRoundedUp() {
    // both are 0.25 steps from the new centre: weights ½ and ½ of 0 and 255
    assertThat(reds(Resampler.resize(row(0, 255), 1, 1, ResampleFilter.BILINEAR))).containsExactly(128);
  }

  @Test
  void twiceOfTwoPixelsIsALineBetweenThem() {
    // new centres at ¼, ¾, 1¼ and 1¾ old pixels: 100, ¾·100 + ¼·200, …
    int[] reds = reds(Resampler.resize(row(100, 200), 4, 1, ResampleFilter.BILINEAR));
    assertThat(reds).containsExactly(100, 125, 175, 200);
  }

  @Test
  void bicubicOvershootsAndIsClipped() {
    // at an edge of black and white, the negative lobes reach below 0 and above 255
    int[] reds = reds(Resampler.resize(row(0, 0, 0, 255, 255, 255), 12, 1, ResampleFilter.BICUBIC));
    assertThat(reds).startsWith(0, 0, 0, 0, 0).endsWith(255, 255, 255, 255, 255);
    // ¼ and ¾ of a pixel from the two at the edge: between them 0.1875 and 0.8125 or so, less the lobes
    assertThat(reds[5]).isEqualTo(255 - reds[6]).isBetween(40, 60);
  }

  @Test
  void anImageOfTheRightSizeIsLeftAlone() {
    RgbImage image = row(1, 2, 3);
    assertThat(Resampler.resize(image, 3, 1, ResampleFilter.LANCZOS)).isSameAs(image);
  }

  @Test
  void oneColourStaysThatColour() {
    RgbImage image = RgbImage.black(17, 9);
    Arrays.fill(image.rgb(), (byte) 201);
    for (ResampleFilter filter : ResampleFilter.values()) {
      assertThat(Resampler.resize(image, 40, 5, filter).rgb()).containsOnly(201);
    }
  }

  private static RgbImage row(int... levels) {
    RgbImage image = RgbImage.black(levels.length, 1);
    for (int i = 0; i < image.rgb().length; i++) {
      image.rgb()[i] = (byte) levels[i / RgbImage.CHANNELS];
    }
    return image;
  }

  private static int[] reds(RgbImage image) {
    int[] reds = new int[image.width()];
    for (int i = 0; i < reds.length; i++) {
      reds[i] = image.rgb()[i * RgbImage.CHANNELS] & 0xFF;
    }
    return reds;
  }
}
