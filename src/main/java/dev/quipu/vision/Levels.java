package dev.quipu.vision;

import static dev.quipu.vision.RgbImage.CHANNELS;

/**
 * What each of a byte's 256 levels becomes, a channel: rescaled, then normalised. A table, because the float32
 * roundings are the same for every pixel.
 *
 * @param values [3, 256]
 */
record Levels(float[][] values) {

  /** How a processor computes one of them. */
  interface Formula {
    float of(int level, int channel);
  }

  static Levels of(Formula formula) {
    float[][] values = new float[CHANNELS][256];
    for (int c = 0; c < CHANNELS; c++) {
      for (int level = 0; level < values[c].length; level++) {
        values[c][level] = formula.of(level, c);
      }
    }
    return new Levels(values);
  }

  /** The picture's samples, each replaced by what its level becomes. */
  Pixels of(RgbImage image) {
    float[] data = new float[image.rgb().length];
    for (int i = 0; i < data.length; i++) {
      data[i] = values[i % CHANNELS][image.rgb()[i] & 0xFF];
    }
    return new Pixels(data, image.height(), image.width());
  }
}
