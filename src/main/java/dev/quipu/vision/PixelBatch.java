package dev.quipu.vision;

import java.util.List;

/**
 * Several views as mlx-vlm stacks them: channels first, each padded at the right and at the bottom with zeros, which
 * stand for no colour after normalisation. For comparing; towers read each view by itself.
 */
public record PixelBatch(List<Pixels> views, int height, int width) {

  public static PixelBatch of(List<Pixels> views) {
    int height = views.stream().mapToInt(Pixels::height).max().orElse(0);
    int width = views.stream().mapToInt(Pixels::width).max().orElse(0);
    return new PixelBatch(views, height, width);
  }

  /** [N, 3, height, width]. */
  public int[] shape() {
    return new int[] {views.size(), RgbImage.CHANNELS, height, width};
  }

  /** [height, width] of each view, without padding. */
  public List<List<Integer>> sizes() {
    return views.stream().map(view -> List.of(view.height(), view.width())).toList();
  }

  /** The values at every {@code stride}-th row and column, [N, 3, ⌈height / stride⌉, ⌈width / stride⌉]. */
  public float[] every(int stride) {
    int rows = Math.ceilDiv(height, stride);
    int columns = Math.ceilDiv(width, stride);
    float[] values = new float[views.size() * RgbImage.CHANNELS * rows * columns];
    int at = 0;
    for (Pixels view : views) {
      for (int c = 0; c < RgbImage.CHANNELS; c++) {
        for (int y = 0; y < height; y += stride) {
          for (int x = 0; x < width; x += stride) {
            boolean inside = y < view.height() && x < view.width();
            values[at++] = inside ? view.data()[(y * view.width() + x) * RgbImage.CHANNELS + c] : 0;
          }
        }
      }
    }
    return values;
  }
}
