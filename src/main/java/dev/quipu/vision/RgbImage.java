package dev.quipu.vision;

/**
 * A decoded picture: red, green and blue of one byte each, row after row from the top. Knows neither where it came from
 * nor what will be made of it.
 *
 * @param rgb [height, width, 3]
 */
public record RgbImage(byte[] rgb, int width, int height) {

  /** Samples a pixel: red, green and blue. */
  public static final int CHANNELS = 3;

  public RgbImage {
    if (width < 1 || height < 1 || rgb.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(rgb.length + " bytes for " + width + "x" + height + " pixels");
    }
  }

  /** A picture of zeros, to be filled. */
  static RgbImage black(int width, int height) {
    return new RgbImage(new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)], width, height);
  }

  /** A part of it, cut off where the picture ends. */
  RgbImage crop(int x, int y, int cropWidth, int cropHeight) {
    int w = Math.min(cropWidth, width - x);
    int h = Math.min(cropHeight, height - y);
    RgbImage crop = black(w, h);
    for (int row = 0; row < h; row++) {
      System.arraycopy(rgb, ((y + row) * width + x) * CHANNELS, crop.rgb, row * w * CHANNELS, w * CHANNELS);
    }
    return crop;
  }

  @Override
  public String toString() {
    return width + "x" + height + " pixels";
  }
}
