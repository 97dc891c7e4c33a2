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
    if (file[4] != '7' && file[4] != '9') {
      throw new IOException("it is damaged: version 8" + (char) file[4] + "a of GIF is not known");
    }
    at = 6; // after the signature
    int screenWidth = twoBytes();
    int screenHeight = twoBytes();
    int flags = oneByte();
    at += 2; // background, aspect
    byte[] globalPalette = palette(flags, GREYS);
    int transparent = skipToFrame();
    Frame frame = frame();
    byte[] palette = palette(frame.flags, globalPalette);
    int width = Math.max(screenWidth, frame.x + frame.width);
    int height = Math.max(screenHeight, frame.y + frame.height);
    ImageTooLarge.refuse(width, height, 2);
    if (frame.width == 0 || frame.height == 0) {
      throw new IOException("it is damaged: its frame has " + frame.width + "x" + frame.height + " pixels");
    }
    byte[] screen = new byte[width * height];
    Arrays.fill(screen, (byte) Math.max(transparent, 0));
    frame.place(new Lzw().indices(frame.width * frame.height), screen, width);
    return coloured(screen, width, height, palette);
  }

  private Frame frame() throws IOException {
    return new Frame(twoBytes(), twoBytes(), twoBytes(), twoBytes(), oneByte());
  }

  /** Where the frame lies on the screen, and how its rows are stored. */
  private record Frame(int x, int y, int width, int height, int flags) {

    void place(byte[] indices, byte[] screen, int screenWidth) {
      for (int row = 0; row < height; row++) {
        int to = (flags & 64) == 0 ? row : interlaced(row, height);
        System.arraycopy(indices, row * width, screen, (y + to) * screenWidth + x, width);
      }
    }
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
      transparent = extension(transparent);
    }
  }

  private static final int GRAPHIC_CONTROL = 0xF9;
  private static final int COMMENT = 0xFE;
  private static final int APPLICATION = 0xFF;

  /** Returns the transparent index, if it says one. Reads on where Pillow does, behind a missing first block. */
  private int extension(int transparent) throws IOException {
    int label = oneByte();
    int start = at + 1;
    int length = skipBlock();
    int index = transparent;
    if (label == GRAPHIC_CONTROL && length > 0) {
      boolean says = (file[start] & 1) != 0;
      if (length < (says ? 4 : 3)) {
        throw new IOException("it is damaged: an extension is cut short");
      }
      index = says ? file[start + 3] & 0xFF : transparent;
    } else if (label == APPLICATION && length >= 11 && startsWith(start, "NETSCAPE2.0")) {
      skipBlock();
    }
    if (label != COMMENT || length > 0) {
      while (skipBlock() > 0) {
        continue;
      }
    }
    return index;
  }

  private boolean startsWith(int start, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (file[start + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns its length. */
  private int skipBlock() throws IOException {
    int length = oneByte();
    require(length);
    at += length;
    return length;
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
    byte[] rgb = out.rgb();
    int to = 0;
    for (byte index : indices) {
      int colour = (index & 0xFF) * RgbImage.CHANNELS;
      rgb[to++] = palette[colour];
      rgb[to++] = palette[colour + 1];
      rgb[to++] = palette[colour + 2];
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

    private int clear; // the code that forgets all runs; the next one ends the picture
    private int codes; // that stand for something
    private int width; // of a code, in bits
    private int previous; // code, or −1
    private byte[] out;
    private int to;

    byte[] indices(int count) throws IOException {
      out = new byte[count];
      int indexBits = oneByte();
      if (indexBits > 12) {
        throw new IOException("it is damaged: codes of " + (indexBits + 1) + " bits");
      }
      clear = 1 << indexBits;
      forget();
      while (to < count) {
        int code = code();
        if (code == clear) {
          forget();
        } else if (code == clear + 1) {
          throw new IOException("it is damaged: its end is missing");
        } else {
          write(code);
        }
      }
      return out;
    }

    private void forget() {
      codes = clear + 2;
      width = Integer.numberOfTrailingZeros(clear) + 1;
      previous = -1;
    }

    private void write(int code) throws IOException {
      boolean unknown = code >= codes; // the run that this very code adds: the last one, and its first index
      if (unknown && (previous < 0 || code > codes)) {
        throw new IOException("it is damaged: a code that stands for nothing");
      }
      int start = unroll(unknown ? previous : code);
      if (previous >= 0 && codes < MAX_CODES) {
        add(previous, run[start]);
      }
      int length = Math.min(MAX_CODES - start, out.length - to);
      System.arraycopy(run, start, out, to, length);
      to += length;
      if (unknown && to < out.length) {
        out[to++] = run[start];
      }
      previous = code;
    }

    private void add(int run, byte index) {
      before[codes] = run;
      last[codes] = index;
      codes++;
      if (codes == 1 << width && width < 12) {
        width++;
      }
    }

    /** The code's run at the end of {@link #run}; returns where it starts. */
    private int unroll(int code) {
      int start = MAX_CODES;
      for (; code >= clear; code = before[code]) {
        run[--start] = last[code];
      }
      run[--start] = (byte) code;
      return start;
    }

    private int code() throws IOException {
      while (bitCount < width) {
        while (blockLeft == 0) {
          blockLeft = oneByte();
          require(blockLeft); // Pillow begins none that is not whole
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
