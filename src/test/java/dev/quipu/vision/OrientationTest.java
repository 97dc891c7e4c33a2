package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The eight ways to hold a camera, on the letters ABC over DEF. */
class OrientationTest {

  @ParameterizedTest
  @CsvSource({
    "UPRIGHT,              ABC/DEF",
    "MIRRORED,             CBA/FED",
    "HALF_TURN,            FED/CBA",
    "UPSIDE_DOWN_MIRRORED, DEF/ABC",
    "TRANSPOSED,           AD/BE/CF",
    "QUARTER_TURN,         DA/EB/FC",
    "TRANSVERSED,          FC/EB/DA",
    "THREE_QUARTER_TURN,   CF/BE/AD"
  })
  void turns(Orientation orientation, String expected) {
    RgbImage image = RgbImage.black(3, 2);
    for (int i = 0; i < 6; i++) {
      image.rgb()[3 * i] = (byte) ('A' + i);
    }
    assertThat(letters(orientation.apply(image))).isEqualTo(expected);
  }

  private static String letters(RgbImage image) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < image.width() * image.height(); i++) {
      letters.append(i > 0 && i % image.width() == 0 ? "/" : "").append((char) image.rgb()[3 * i]);
    }
    return letters.toString();
  }
}
