package dev.quipu.vision.vp8l;

/** What was done to the pixels before they were packed, to be undone; pixels are alpha, red, green, blue in one int. */
sealed interface Transform {

  /** Undone in place where the width stays. */
  int[] undo(int[] pixels);

  /** Red and blue were stored less green. */
  record SubtractGreen() implements Transform {

    @Override
    public int[] undo(int[] pixels) {
      for (int i = 0; i < pixels.length; i++) {
        int green = pixels[i] >> 8 & 0xFF;
        pixels[i] = pixels[i] & 0xFF00FF00 | (pixels[i] & 0xFF00FF) + (green << 16 | green) & 0xFF00FF;
      }
      return pixels;
    }
  }

  /** Red and blue were stored less shares of the other colours, which a small picture gives for each square. */
  record CrossColour(int[] squares, int bits, int width) implements Transform {

    @Override
    public int[] undo(int[] pixels) {
      int across = Math.ceilDiv(width, 1 << bits);
      for (int i = 0; i < pixels.length; i++) {
        int shares = squares[(i / width >> bits) * across + (i % width >> bits)];
        int green = pixels[i] >> 8;
        int red = (pixels[i] >> 16) + share(shares, green) & 0xFF;
        int blue = pixels[i] + share(shares >> 8, green) + share(shares >> 16, red) & 0xFF;
        pixels[i] = pixels[i] & 0xFF00FF00 | red << 16 | blue;
      }
      return pixels;
    }

    private static int share(int factor, int colour) {
      return (byte) factor * (byte) colour >> 5;
    }
  }

  /** Colours of a small palette were stored as their numbers, several in one pixel's green where they fit. */
  record Palette(int[] colours, int bits, int width) implements Transform {

    @Override
    public int[] undo(int[] pixels) {
      int packedWidth = Math.ceilDiv(width, 1 << bits);
      int height = pixels.length / packedWidth;
      int[] out = new int[width * height];
      int indexBits = 8 >> bits;
      for (int i = 0; i < out.length; i++) {
        int x = i % width;
        int packed = pixels[i / width * packedWidth + (x >> bits)] >> 8 & 0xFF;
        int index = packed >> (x & (1 << bits) - 1) * indexBits & (1 << indexBits) - 1;
        out[i] = index < colours.length ? colours[index] : 0;
      }
      return out;
    }
  }

  /** Pixels were stored less what their neighbours foretell, in one of fourteen ways for each square. */
  record Prediction(int[] squares, int bits, int width) implements Transform {

    private static final int BLACK = 0xFF000000;

    @Override
    public int[] undo(int[] pixels) {
      int across = Math.ceilDiv(width, 1 << bits);
      pixels[0] = sum(pixels[0], BLACK);
      for (int i = 1; i < pixels.length; i++) {
        int x = i % width;
        int y = i / width;
        int foretold = y == 0 ? pixels[i - 1] : x == 0 ? pixels[i - width]
            : foretold(squares[(y >> bits) * across + (x >> bits)] >> 8 & 15, pixels, i);
        pixels[i] = sum(pixels[i], foretold);
      }
      return pixels;
    }

    private int foretold(int way, int[] pixels, int i) {
      int left = pixels[i - 1];
      int top = pixels[i - width];
      int topRight = pixels[i - width + 1]; // at the right edge the first of this row
      int topLeft = pixels[i - width - 1];
      return switch (way) {
        case 1 -> left;
        case 2 -> top;
        case 3 -> topRight;
        case 4 -> topLeft;
        case 5 -> mean(mean(left, topRight), top);
        case 6 -> mean(left, topLeft);
        case 7 -> mean(left, top);
        case 8 -> mean(topLeft, top);
        case 9 -> mean(top, topRight);
        case 10 -> mean(mean(left, topLeft), mean(top, topRight));
        case 11 -> nearer(left, top, topLeft);
        case 12 -> slope(left, top, topLeft);
        case 13 -> halfSlope(mean(left, top), topLeft);
        default -> BLACK;
      };
    }

    static int sum(int a, int b) {
      return (a & 0xFF00FF00) + (b & 0xFF00FF00) & 0xFF00FF00 | (a & 0xFF00FF) + (b & 0xFF00FF) & 0xFF00FF;
    }

    private static int mean(int a, int b) {
      return ((a ^ b) >>> 1 & 0x7F7F7F7F) + (a & b);
    }

    /** Left or top, whichever left + top − topLeft is nearer to. */
    private static int nearer(int left, int top, int topLeft) {
      int toTop = 0;
      int toLeft = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        toLeft += Math.abs(channel(top, shift) - channel(topLeft, shift));
        toTop += Math.abs(channel(left, shift) - channel(topLeft, shift));
      }
      return toLeft < toTop ? left : top;
    }

    private static int slope(int left, int top, int topLeft) {
      int out = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int sum = channel(left, shift) + channel(top, shift) - channel(topLeft, shift);
        out |= Math.clamp(sum, 0, 255) << shift;
      }
      return out;
    }

    private static int halfSlope(int mean, int topLeft) {
      int out = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int a = channel(mean, shift);
        out |= Math.clamp(a + (a - channel(topLeft, shift)) / 2, 0, 255) << shift;
      }
      return out;
    }

    private static int channel(int pixel, int shift) {
      return pixel >>> shift & 0xFF;
    }
  }
}
