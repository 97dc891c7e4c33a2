package dev.quipu.vision;

/**
 * One view of a picture as a tower reads it: scaled and normalised samples, channels last, as MLX's convolutions want
 * them.
 *
 * @param data [height, width, 3]
 */
public record Pixels(float[] data, int height, int width) {

  public Pixels {
    if (data.length != height * width * RgbImage.CHANNELS) {
      throw new IllegalArgumentException(data.length + " samples for " + height + "x" + width + " pixels");
    }
  }
}
