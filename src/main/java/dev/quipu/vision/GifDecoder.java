package dev.quipu.vision;

import java.io.IOException;
import java.util.Arrays;

/**
 * The first frame of a GIF: indices of a palette, packed by LZW. Written out because the plug-in of the JDK gives the
 * frame and not the screen it lies on, and replaces a palette that is missing. As Pillow: the screen is filled with the
 * transparent index, or with the first, and a transparent pixel has the colour of its entry.
 */
final class GifDecoder {

  /** What an index means without a palette: its own shade, [256, 3]. */
  private static final byte[] GREYS = greys();

  private final byte[] file;
  private int at;

  GifDecoder(byte[] file) {
    this.file = file;
  }

  private static byte[] greys() {
    byte[] greys = new byte[256 * RgbImage.CHANNELS];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = (byte) (i / RgbImage.CHANNELS);
    }
    return greys;
  }

  RgbImage firstFrame() throws IOException {
    at = 6; // after the signature
    int width = twoBytes();
    int height = twoBytes();
    int flags = oneByte();
    at += 2; // background, aspect
    byte[] globalPalette = palette(flags, GREYS);
    int transparent = skipToFrame();
    int x = twoBytes();
    int y = twoBytes();
    int frameWidth = twoBytes();
    int frameHeight = twoBytes();
    int frameFlags = oneByte();
    byte[] palette = palette(frameFlags, globalPalette);
    width = Math.max(width, x + frameWidth);
    height = Math.max(height, y + frameHeight);
    ImageTooLarge.refuse(width, height, 2);
    byte[] frame = new Lzw().indices(frameWidth * frameHeight);
    byte[] screen = new byte[width * height];
    Arrays.fill(screen, (byte) Math.max(transparent, 0));
    for (int row = 0; row < frameHeight; row++) {
      int to = (frameFlags & 64) == 0 ? row : interlaced(row, frameHeight);
      System.arraycopy(frame, row * frameWidth, screen, (y + to) * width + x, frameWidth);
    }
    return coloured(screen, width, height, palette);
  }

  /** The colours that follow, if the flags say so, else those given; an index without a colour is black. */
  private byte[] palette(int flags, byte[] otherwise) throws IOException {
    if ((flags & 128) == 0) {
      return otherwise;
    }
    int length = 3 << (flags & 7) + 1;
    require(length);
    byte[] colours = Arrays.copyOfRange(file, at, at + length);
    at += length;
    boolean grey = Arrays.equals(colours, 0, length, GREYS, 0, length); // then so are those that are not there
    return grey ? GREYS : Arrays.copyOf(colours, GREYS.length);
  }

  /** To the first frame's place and size; returns the transparent index, or −1. */
  private int skipToFrame() throws IOException {
    int transparent = -1;
    while (true) {
      int block = oneByte();
      if (block == ',') {
        return transparent;
      }
      if (block == ';') {
        throw new IOException("it holds no picture");
      }
      if (block != '!') {
        continue; // padding
      }
      int label = oneByte();
      int content = at;
      skipBlocks();
      if (label == 0xF9 && file[content] >= 4 && (file[content + 1] & 1) != 0) {
        transparent = file[content + 4] & 0xFF;
      }
    }
  }

  private void skipBlocks() throws IOException {
    for (int length = oneByte(); length > 0; length = oneByte()) {
      require(length);
      at += length;
    }
  }

  /** Where the row-th stored row belongs: every eighth, those between them, then every fourth, then every second. */
  private static int interlaced(int row, int height) {
    int from = 0;
    for (int[] pass : new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}}) {
      int rows = Math.ceilDiv(Math.max(height - pass[0], 0), pass[1]);
      if (row < from + rows) {
        return pass[0] + (row - from) * pass[1];
      }
      from += rows;
    }
    throw new IllegalArgumentException("row " + row + " of " + height);
  }

  private static RgbImage coloured(byte[] indices, int width, int height, byte[] palette) {
    RgbImage out = RgbImage.black(width, height);
    for (int i = 0; i < indices.length; i++) {
      int colour = (indices[i] & 0xFF) * RgbImage.CHANNELS;
      System.arraycopy(palette, colour, out.rgb(), i * RgbImage.CHANNELS, RgbImage.CHANNELS);
    }
    return out;
  }

  private int oneByte() throws IOException {
    require(1);
    return file[at++] & 0xFF;
  }

  private int twoBytes() throws IOException {
    return oneByte() | oneByte() << 8;
  }

  private void require(int bytes) throws IOException {
    if (at + bytes > file.length) {
      throw new IOException("it is damaged: its end is missing");
    }
  }

  /**
   * Lempel, Ziv and Welch: a code stands for a run of indices, and each code read adds a run: the last one and the
   * first index of this one. A run is kept as its last index and the code of what comes before.
   */
  private final class Lzw {

    private static final int MAX_CODES = 4096;

    private final int[] before = new int[MAX_CODES];
    private final byte[] last = new byte[MAX_CODES];
    private final byte[] run = new byte[MAX_CODES];
    private int bits; // that were read and not yet used
    private int bitCount;
    private int blockLeft;

    byte[] indices(int count) throws IOException {
      byte[] out = new byte[count];
      int indexBits = oneByte();
      if (indexBits > 11) {
        throw new IOException("it is damaged: codes of " + (indexBits + 1) + " bits");
      }
      int clear = 1 << indexBits;
      int codes = clear + 2;
      int width = indexBits + 1;
      int previous = -1;
      int to = 0;
      while (to < count) {
        int code = code(width);
        if (code == clear) {
          codes = clear + 2;
          width = indexBits + 1;
          previous = -1;
          continue;
        }
        if (code == clear + 1) {
          throw new IOException("it is damaged: its end is missing");
        }
        boolean unknown = code >= codes; // the run that this very code adds
        if (unknown && (previous < 0 || code > codes)) {
          throw new IOException("it is damaged: a code that stands for nothing");
        }
        int start = unroll(unknown ? previous : code, clear);
        if (previous >= 0 && codes < MAX_CODES) {
          before[codes] = previous;
          last[codes] = run[start];
          codes++;
          if (codes == 1 << width && width < 12) {
            width++;
          }
        }
        for (int i = start; i < MAX_CODES && to < count; i++) {
          out[to++] = run[i];
        }
        if (unknown && to < count) {
          out[to++] = run[start];
        }
        previous = code;
      }
      return out;
    }

    /** The code's run at the end of {@link #run}; returns where it starts. */
    private int unroll(int code, int clear) {
      int start = MAX_CODES;
      for (; code >= clear; code = before[code]) {
        run[--start] = last[code];
      }
      run[--start] = (byte) code;
      return start;
    }

    private int code(int width) throws IOException {
      while (bitCount < width) {
        if (blockLeft == 0) {
          blockLeft = oneByte();
          if (blockLeft == 0) {
            throw new IOException("it is damaged: its end is missing");
          }
        }
        bits |= oneByte() << bitCount;
        bitCount += 8;
        blockLeft--;
      }
      int code = bits & (1 << width) - 1;
      bits >>>= width;
      bitCount -= width;
      return code;
    }
  }
}
