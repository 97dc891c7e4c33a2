package dev.quipu.vision;

import static dev.quipu.vision.RgbImage.CHANNELS;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;

/**
 * PNG and BMP: samples that are colours, grey values or indices of a palette. Takes them as they are stored; Java's own
 * conversion of grey would apply a gamma curve.
 */
final class PlainDecoder {

  private PlainDecoder() {}

  static RgbImage decode(byte[] file, ImageFormat format) throws IOException {
    if (format == ImageFormat.PNG) {
      Chunks.ofPng(file).requireChecksums();
    }
    try (PluginReader reader = new PluginReader(format.name(), file)) {
      BufferedImage image = reader.image();
      if (image.getColorModel() instanceof IndexColorModel palette) {
        int colours = format == ImageFormat.PNG ? storedColours(file, palette) : palette.getMapSize();
        return lookUp(image.getRaster(), palette, colours);
      }
      return direct(image.getRaster(), format == ImageFormat.PNG && isGrey16(file));
    }
  }

  /** Colours that the file has; the plug-in may add some. Shades of grey have none of their own. */
  private static int storedColours(byte[] png, IndexColorModel palette) {
    for (Chunks chunks = Chunks.ofPng(png); chunks.next(); ) {
      if (chunks.is("PLTE")) {
        return Math.min(chunks.length() / CHANNELS, palette.getMapSize());
      }
    }
    return palette.getMapSize();
  }

  /** Bits and kind of the samples, in the header. */
  private static boolean isGrey16(byte[] png) {
    return png[24] == 16 && png[25] == 0;
  }

  private static RgbImage lookUp(Raster raster, IndexColorModel palette, int count) {
    int[] colours = new int[Math.max(256, palette.getMapSize())];
    palette.getRGBs(colours);
    Arrays.fill(colours, count, colours.length, 0); // an index without a colour is black
    RgbImage out = RgbImage.black(raster.getWidth(), raster.getHeight());
    int[] row = new int[raster.getWidth()];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int index : raster.getSamples(0, y, raster.getWidth(), 1, 0, row)) {
        out.rgb()[at++] = (byte) (colours[index] >> 16);
        out.rgb()[at++] = (byte) (colours[index] >> 8);
        out.rgb()[at++] = (byte) colours[index];
      }
    }
    return out;
  }

  private static RgbImage direct(Raster raster, boolean grey16) {
    int bands = raster.getNumBands();
    int[] bits = raster.getSampleModel().getSampleSize();
    RgbImage out = RgbImage.black(raster.getWidth(), raster.getHeight());
    int[] row = new int[raster.getWidth() * bands];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int x = 0; x < row.length; x += bands) {
        for (int c = 0; c < CHANNELS; c++) {
          int band = bands < CHANNELS ? 0 : c; // grey, or grey with alpha
          out.rgb()[at++] = toByte(row[x + band], bits[band], grey16);
        }
      }
    }
    return out;
  }

  private static byte toByte(int sample, int bits, boolean grey16) {
    if (grey16) {
      return (byte) Math.min(sample, 255); // Pillow keeps these as numbers, and its conversion to RGB clips them
    }
    return (byte) (bits > 8 ? sample >> bits - 8 : sample * 255 / ((1 << bits) - 1));
  }
}
