package dev.quipu.vision;

import dev.quipu.tensor.Mat;

/**
 * A convolution without padding as a matrix product: what each of its windows covers becomes a row, and the kernel
 * [out, kh, kw, C], seen as [out, kh·kw·C], a projection. Moves numbers and computes nothing.
 */
public final class Patches {

  private Patches() {}

  /**
   * @param image  [height, width, channels]
   * @param stride from one window to the next, down and across
   * @return [h'·w', kernelHeight·kernelWidth·channels], row after row, h' = (height − kernelHeight) / stride + 1
   */
  public static Mat of(
      float[] image, int height, int width, int channels, int kernelHeight, int kernelWidth, int stride) {
    int down = (height - kernelHeight) / stride + 1;
    int across = (width - kernelWidth) / stride + 1;
    int line = kernelWidth * channels;
    Mat patches = Mat.zeros(down * across, kernelHeight * line);
    int to = 0;
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        for (int row = 0; row < kernelHeight; row++) {
          int from = ((y * stride + row) * width + x * stride) * channels;
          System.arraycopy(image, from, patches.data(), to, line);
          to += line;
        }
      }
    }
    return patches;
  }

  /** Square patches that lie side by side, as towers cut them. */
  public static Mat of(Pixels pixels, int patch) {
    return of(pixels.data(), pixels.height(), pixels.width(), RgbImage.CHANNELS, patch, patch, patch);
  }
}
