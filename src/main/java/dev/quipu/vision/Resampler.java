package dev.quipu.vision;

import static dev.quipu.vision.RgbImage.CHANNELS;

/**
 * Changes a picture's size as Pillow does, to the bit. A new pixel is a weighted mean of the old ones below a curve
 * (the filter) centred on it; when the picture shrinks, the curve grows with the step between new pixels, so that every
 * old pixel counts (antialiasing). Across, then down: two passes of k weights instead of one of k². Between the passes
 * pixels are bytes again, and the weights are whole numbers of 22 fractional bits; both roundings can be seen in the
 * result, and so can the order of the passes, which is the other one where the height shrinks by much more than the
 * width.
 *
 * <p>The truth is Pillow 13's {@code Resample.c}.
 */
final class Resampler {

  private static final int FRACTION_BITS = 22; // 32, less 8 of a sample, less 2 for filters that overshoot
  private static final int HALF = 1 << FRACTION_BITS - 1; // so that the shift rounds

  private Resampler() {}

  /** The picture at this size; the same one if it has it. */
  static RgbImage resize(RgbImage image, int width, int height, ResampleFilter filter) {
    if (shrinksDownFirst(image, width, height)) {
      return across(down(image, height, filter), width, filter);
    }
    return down(across(image, width, filter), height, filter);
  }

  // since Pillow 13: fewer pixels are left for the other pass
  private static boolean shrinksDownFirst(RgbImage image, int width, int height) {
    int rowsLess = image.height() - height;
    int columnsLess = image.width() - width;
    return rowsLess > 0 && rowsLess > 2 * columnsLess;
  }

  private static RgbImage across(RgbImage image, int width, ResampleFilter filter) {
    if (width == image.width()) {
      return image;
    }
    Windows windows = Windows.of(image.width(), width, filter);
    RgbImage out = RgbImage.black(width, image.height());
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        int from = (y * image.width() + windows.first[x]) * CHANNELS;
        for (int c = 0; c < CHANNELS; c++) {
          out.rgb()[(y * width + x) * CHANNELS + c] = windows.mean(x, image.rgb(), from + c, CHANNELS);
        }
      }
    }
    return out;
  }

  private static RgbImage down(RgbImage image, int height, ResampleFilter filter) {
    if (height == image.height()) {
      return image;
    }
    Windows windows = Windows.of(image.height(), height, filter);
    int stride = image.width() * CHANNELS;
    RgbImage out = RgbImage.black(image.width(), height);
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < stride; i++) {
        out.rgb()[y * stride + i] = windows.mean(y, image.rgb(), windows.first[y] * stride + i, stride);
      }
    }
    return out;
  }

  /**
   * For each new pixel of one axis, the old pixels that it is made of.
   *
   * @param first   [new], the first old pixel
   * @param weights [new][old pixels], adding up to 2^22 but for rounding
   */
  private record Windows(int[] first, int[][] weights) {

    static Windows of(int oldSize, int newSize, ResampleFilter filter) {
      double step = (double) oldSize / newSize;
      double stretch = Math.max(step, 1); // of the curve: never narrower than itself
      double support = filter.support() * stretch;
      int[] first = new int[newSize];
      int[][] weights = new int[newSize][];
      for (int i = 0; i < newSize; i++) {
        double centre = (i + 0.5) * step;
        first[i] = Math.max((int) (centre - support + 0.5), 0);
        int end = Math.min((int) (centre + support + 0.5), oldSize);
        weights[i] = weights(first[i], end, centre, stretch, filter);
      }
      return new Windows(first, weights);
    }

    private static int[] weights(int first, int end, double centre, double stretch, ResampleFilter filter) {
      double[] exact = new double[end - first];
      double total = 0;
      for (int j = 0; j < exact.length; j++) {
        exact[j] = filter.at((j + first - centre + 0.5) * (1 / stretch));
        total += exact[j];
      }
      int[] weights = new int[exact.length];
      for (int j = 0; j < exact.length; j++) {
        double weight = (total == 0 ? exact[j] : exact[j] / total) * (1 << FRACTION_BITS);
        weights[j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
      return weights;
    }

    /** New pixel i, its first old one at samples[at], the next {@code stride} further. */
    byte mean(int i, byte[] samples, int at, int stride) {
      int sum = HALF;
      for (int weight : weights[i]) {
        sum += weight * (samples[at] & 0xFF);
        at += stride;
      }
      return (byte) Math.clamp(sum >> FRACTION_BITS, 0, 255);
    }
  }
}
