package dev.quipu.vision;

import dev.quipu.vision.jpeg.JpegReader;
import java.io.IOException;

/**
 * JPEG. What its components mean is decided and computed here as libjpeg does it, in whole numbers: luma and two
 * differences of colour, plain colours, inks, or grey.
 */
final class JpegDecoder {

  private JpegDecoder() {}

  static RgbImage decode(byte[] file) throws IOException {
    JpegReader reader = JpegReader.of(file);
    ImageTooLarge.refuse(reader.width(), reader.height(), reader.bytesPerPixel());
    reader.read();
    return colours(reader);
  }

  private static RgbImage colours(JpegReader reader) {
    int bands = reader.components();
    boolean luma = reader.isLuma();
    RgbImage out = RgbImage.black(reader.width(), reader.height());
    int[] row = new int[reader.width() * bands];
    int at = 0;
    for (int y = 0; y < reader.height(); y++) {
      reader.row(y, row);
      for (int x = 0; x < row.length; x += bands) {
        if (luma) {
          toColour(row, x);
        }
        switch (bands) {
          case 1 -> put(out.rgb(), at, row[x], row[x], row[x]);
          case 3 -> put(out.rgb(), at, row[x], row[x + 1], row[x + 2]);
          default -> print(out.rgb(), at, row, x, luma);
        }
        at += RgbImage.CHANNELS;
      }
    }
    return out;
  }

  private static void put(byte[] rgb, int at, int red, int green, int blue) {
    rgb[at] = (byte) red;
    rgb[at + 1] = (byte) green;
    rgb[at + 2] = (byte) blue;
  }

  private static final int HALF = 1 << 15;

  /** Y, Cb, Cr to red, green, blue, in fixed point of 16 bits (libjpeg, jdcolor.c). */
  private static void toColour(int[] samples, int at) {
    int y = samples[at];
    int cb = samples[at + 1] - 128;
    int cr = samples[at + 2] - 128;
    samples[at] = Math.clamp(y + (fixed(1.40200) * cr + HALF >> 16), 0, 255);
    samples[at + 1] = Math.clamp(y + (-fixed(0.34414) * cb - fixed(0.71414) * cr + HALF >> 16), 0, 255);
    samples[at + 2] = Math.clamp(y + (fixed(1.77200) * cb + HALF >> 16), 0, 255);
  }

  private static int fixed(double x) {
    return (int) (x * 65536 + 0.5);
  }

  /**
   * Four inks, on white paper. Adobe's files, and so all that there are, hold 255 for no ink; libjpeg leaves colours
   * made of luma the other way round, as 255 less each, which is then turned again here.
   */
  private static void print(byte[] rgb, int at, int[] inks, int x, boolean luma) {
    int light = inks[x + 3]; // that black lets through
    for (int c = 0; c < RgbImage.CHANNELS; c++) {
      int ink = luma ? inks[x + c] : 255 - inks[x + c];
      rgb[at + c] = (byte) Math.clamp(light - share(ink, light), 0, 255);
    }
  }

  /** a · b / 255, rounded, as Pillow does without dividing. */
  private static int share(int a, int b) {
    int product = a * b + 128;
    return (product >> 8) + product >> 8;
  }
}
