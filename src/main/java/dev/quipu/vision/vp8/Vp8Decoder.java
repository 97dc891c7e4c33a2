package dev.quipu.vision.vp8;

import java.io.IOException;
import java.util.Arrays;

/**
 * A key frame of VP8 (RFC 6386): macroblocks of 16×16 pixels, each guessed from what is above and at the left of it,
 * and corrected by what is coded. Then the edges between blocks are smoothed. Knows no frame but this one.
 */
public final class Vp8Decoder {

  private static final int SKIPPED = 1;
  private static final int SMALL = 2; // predicted in 4×4 blocks

  private final byte[] file;
  private final int width;
  private final int height;
  private final int columns; // of macroblocks
  private final int rows;
  private final BoolReader modes;
  private final FrameHeader header;
  private final BoolReader[] tokens;
  private final Coefficients coefficients;
  private final Plane luma;
  private final Plane blueness;
  private final Plane redness;

  // of each macroblock, for the filter
  private final byte[] flags;
  private final byte[] segments;

  // what the blocks below and to the right have to know: modes, and whether there were coefficients
  private final int[] modesAbove; // [columns, 4]
  private final int[] modesLeft = new int[4];
  private final int[] codedAbove; // [columns, 9]: luma 4, two colours 2 each, means
  private final int[] codedLeft = new int[9];

  private final int[] smallModes = new int[16]; // of the current macroblock
  private final short[] levels = new short[25 * 16]; // its coefficients: luma, colours, means
  private final int[] ends = new int[24]; // behind the last coefficient of each block

  private Vp8Decoder(byte[] file, int[] size) throws IOException {
    this.file = file;
    width = size[0];
    height = size[1];
    columns = Math.ceilDiv(width, 16);
    rows = Math.ceilDiv(height, 16);
    int modesEnd = 10 + (threeBytes(file, 0) >> 5);
    if (modesEnd > file.length) {
      throw new IOException("it is damaged: its end is missing");
    }
    modes = new BoolReader(file, 10, modesEnd);
    header = new FrameHeader(modes);
    tokens = tokens(modesEnd);
    coefficients = new Coefficients(header.coefficientLikelihoods);
    luma = new Plane(16 * columns, 16 * rows);
    blueness = new Plane(8 * columns, 8 * rows);
    redness = new Plane(8 * columns, 8 * rows);
    flags = new byte[columns * rows];
    segments = new byte[columns * rows];
    modesAbove = new int[4 * columns];
    codedAbove = new int[9 * columns];
  }

  /** {width, height} of the frame. */
  public static int[] size(byte[] frame) throws IOException {
    if (frame.length < 10 || frame[3] != (byte) 0x9D || frame[4] != 1 || frame[5] != 0x2A) {
      throw new IOException("it is damaged: its picture has no header");
    }
    int bits = threeBytes(frame, 0);
    boolean isKey = (bits & 1) == 0;
    boolean isShown = (bits >> 4 & 1) == 1;
    int version = bits >> 1 & 7;
    int width = threeBytes(frame, 6) & 0x3FFF;
    int height = threeBytes(frame, 7) >> 8 & 0x3FFF;
    if (!isKey || !isShown || version > 3 || bits >> 5 >= frame.length || width == 0 || height == 0) {
      throw new IOException("it is damaged: its header makes no sense");
    }
    return new int[] {width, height};
  }

  /** The frame's pixels, [height, width, 3]. */
  public static byte[] rgb(byte[] frame) throws IOException {
    Vp8Decoder decoder = new Vp8Decoder(frame, size(frame));
    for (int y = 0; y < decoder.rows; y++) {
      decoder.decodeRow(y);
    }
    if (decoder.header.isFiltered) {
      decoder.filter();
    }
    return new Colours(decoder.luma, decoder.blueness, decoder.redness, decoder.width, decoder.height).rgb();
  }

  private static int threeBytes(byte[] file, int at) {
    return file[at] & 0xFF | (file[at + 1] & 0xFF) << 8 | (file[at + 2] & 0xFF) << 16;
  }

  /** Rows of macroblocks take turns in the partitions; their sizes, but for the last, stand before them. */
  private BoolReader[] tokens(int sizes) throws IOException {
    int from = sizes + 3 * (header.partitions - 1);
    BoolReader[] readers = new BoolReader[header.partitions];
    for (int i = 0; i < readers.length; i++) {
      if (from >= file.length && (i == 0 || i == readers.length - 1)) {
        throw new IOException("it is damaged: its end is missing");
      }
      boolean last = i == readers.length - 1;
      int to = last ? file.length : Math.min(from + threeBytes(file, sizes + 3 * i), file.length);
      readers[i] = new BoolReader(file, from, to);
      from = to;
    }
    return readers;
  }

  private void decodeRow(int y) throws IOException {
    BoolReader in = tokens[y % tokens.length];
    Arrays.fill(modesLeft, Prediction.MEAN);
    Arrays.fill(codedLeft, 0);
    for (int x = 0; x < columns; x++) {
      decodeMacroblock(in, x, y);
    }
    if (in.isExhausted() || modes.isExhausted()) {
      throw new IOException("it is damaged: its end is missing");
    }
  }

  private void decodeMacroblock(BoolReader in, int x, int y) {
    int segment = header.hasSegmentMap ? segment() : 0;
    boolean skipped = header.skips && modes.bit(header.skipLikelihood) == 1;
    int mode = lumaMode(x); // −1: in small blocks
    int colourMode = colourMode();
    boolean small = mode < 0;
    Arrays.fill(levels, (short) 0);
    Arrays.fill(ends, 0);
    if (skipped) {
      forgetCoded(x, small);
    } else {
      skipped = !readLevels(in, x, small, header.quantizers[segment]);
    }
    int macroblock = y * columns + x;
    segments[macroblock] = (byte) segment;
    flags[macroblock] = (byte) ((skipped ? SKIPPED : 0) + (small ? SMALL : 0));
    if (small) {
      reconstructSmall(x, y);
    } else {
      Prediction.block(luma, 16 * x, 16 * y, 16, mode);
      addLuma(16 * x, 16 * y);
    }
    Prediction.block(blueness, 8 * x, 8 * y, 8, colourMode);
    addColour(blueness, 8 * x, 8 * y, 16);
    Prediction.block(redness, 8 * x, 8 * y, 8, colourMode);
    addColour(redness, 8 * x, 8 * y, 20);
  }

  private int segment() {
    int[] p = header.segmentLikelihoods;
    return modes.bit(p[0]) == 0 ? modes.bit(p[1]) : 2 + modes.bit(p[2]);
  }

  /** The mode of the whole macroblock, or −1 and one for each of its small blocks. */
  private int lumaMode(int x) {
    if (modes.bit(145) == 1) {
      int mode = modes.bit(156) == 1
          ? (modes.bit(128) == 1 ? Prediction.SLOPE : Prediction.FROM_LEFT)
          : (modes.bit(163) == 1 ? Prediction.FROM_ABOVE : Prediction.MEAN);
      Arrays.fill(modesAbove, 4 * x, 4 * x + 4, mode);
      Arrays.fill(modesLeft, mode);
      return mode;
    }
    for (int i = 0; i < 16; i++) {
      int mode = smallMode(modesAbove[4 * x + i % 4], modesLeft[i / 4]);
      smallModes[i] = mode;
      modesAbove[4 * x + i % 4] = mode;
      modesLeft[i / 4] = mode;
    }
    return -1;
  }

  private int smallMode(int above, int left) {
    int likelihoods = (above * Tables.SMALL_MODE_COUNT + left) * (Tables.SMALL_MODE_COUNT - 1);
    int node = 0;
    do {
      node = Tables.SMALL_MODE_TREE[node + modes.bit(Tables.SMALL_MODES[likelihoods + node / 2])];
    } while (node > 0);
    return -node;
  }

  private int colourMode() {
    if (modes.bit(142) == 0) {
      return Prediction.MEAN;
    }
    if (modes.bit(114) == 0) {
      return Prediction.FROM_ABOVE;
    }
    return modes.bit(183) == 0 ? Prediction.FROM_LEFT : Prediction.SLOPE;
  }

  private void forgetCoded(int x, boolean small) {
    int kept = small ? 8 : 9; // small blocks have no means of their own, and say nothing about them
    Arrays.fill(codedAbove, 9 * x, 9 * x + kept, 0);
    Arrays.fill(codedLeft, 0, kept, 0);
  }

  /** Returns whether there is anything to correct. */
  private boolean readLevels(BoolReader in, int x, boolean small, Quantizer quantizer) {
    int first = 0;
    if (!small) {
      first = 1;
      int means = 24 * 16;
      int end = readBlock(in, Coefficients.MEANS, x, 8, 8, quantizer.means(), 0, means);
      if (end > 0) {
        Transform.means(Arrays.copyOfRange(levels, means, means + 16), levels);
      }
    }
    boolean any = false;
    int kind = small ? Coefficients.LUMA : Coefficients.LUMA_WITHOUT_MEAN;
    for (int i = 0; i < 16; i++) {
      int end = readBlock(in, kind, x, i % 4, i / 4, quantizer.luma(), first, 16 * i);
      ends[i] = end;
      any |= end > 1 || levels[16 * i] != 0;
    }
    for (int i = 16; i < 24; i++) {
      int plane = i < 20 ? 4 : 6;
      int end = readBlock(in, Coefficients.COLOUR, x, plane + i % 2, plane + i % 4 / 2, quantizer.colour(), 0, 16 * i);
      ends[i] = end;
      any |= end > 1 || levels[16 * i] != 0;
    }
    return any;
  }

  private int readBlock(BoolReader in, int kind, int x, int above, int left, int[] steps, int first, int to) {
    int context = codedAbove[9 * x + above] + codedLeft[left];
    int end = coefficients.read(in, kind, context, steps, first, levels, to);
    int coded = end > first ? 1 : 0;
    codedAbove[9 * x + above] = coded;
    codedLeft[left] = coded;
    return end;
  }

  /** Each small block is guessed from those before it, corrected. */
  private void reconstructSmall(int x, int y) {
    int[] beyond = beyond(x, y);
    int[] aboveRight = new int[4];
    for (int i = 0; i < 16; i++) {
      int left = 16 * x + 4 * (i % 4);
      int top = 16 * y + 4 * (i / 4);
      for (int j = 0; j < 4; j++) {
        aboveRight[j] = i % 4 == 3 ? beyond[j] : luma.get(left + 4 + j, top - 1);
      }
      Prediction.small(luma, left, top, smallModes[i], aboveRight);
      Transform.addTo(luma, luma.at(left, top), levels, 16 * i, isFull(i));
    }
  }

  /**
   * The four samples above, at the right of the macroblock: for all its rows, since what is beside them is not yet
   * known.
   */
  private int[] beyond(int x, int y) {
    int[] samples = new int[4];
    for (int j = 0; j < 4; j++) {
      boolean inside = x < columns - 1;
      samples[j] = y == 0 ? 127 : luma.get(16 * x + (inside ? 16 + j : 15), 16 * y - 1);
    }
    return samples;
  }

  private boolean isFull(int block) {
    return ends[block] > 3;
  }

  private void addLuma(int x, int y) {
    for (int i = 0; i < 16; i++) {
      Transform.addTo(luma, luma.at(x + 4 * (i % 4), y + 4 * (i / 4)), levels, 16 * i, isFull(i));
    }
  }

  private void addColour(Plane plane, int x, int y, int first) {
    boolean isFull = ends[first] > 1 || ends[first + 1] > 1 || ends[first + 2] > 1 || ends[first + 3] > 1;
    for (int i = 0; i < 4; i++) {
      Transform.addTo(plane, plane.at(x + 4 * (i % 2), y + 4 * (i / 2)), levels, 16 * (first + i), isFull);
    }
  }

  private void filter() {
    for (int i = 0; i < flags.length; i++) {
      Strength strength = header.strengths[segments[i]][(flags[i] & SMALL) != 0 ? 1 : 0];
      if (strength.limit() > 0) {
        boolean inner = flags[i] != SKIPPED; // a whole macroblock without coefficients has no edges within
        if (header.isSimpleFilter) {
          filterSimple(16 * (i % columns), 16 * (i / columns), strength.limit(), inner);
        } else {
          filter(luma, 16 * (i % columns), 16 * (i / columns), 16, strength, inner);
          filter(blueness, 8 * (i % columns), 8 * (i / columns), 8, strength, inner);
          filter(redness, 8 * (i % columns), 8 * (i / columns), 8, strength, inner);
        }
      }
    }
  }

  private void filterSimple(int x, int y, int limit, boolean inner) {
    for (int i = x > 0 ? 0 : 4; i < (inner ? 16 : 4); i += 4) {
      LoopFilter.simple(luma, luma.at(x + i, y), 1, luma.stride, 16, i == 0 ? limit + 4 : limit);
    }
    for (int i = y > 0 ? 0 : 4; i < (inner ? 16 : 4); i += 4) {
      LoopFilter.simple(luma, luma.at(x, y + i), luma.stride, 1, 16, i == 0 ? limit + 4 : limit);
    }
  }

  private static void filter(Plane plane, int x, int y, int size, Strength strength, boolean inner) {
    if (x > 0) {
      LoopFilter.outer(plane, plane.at(x, y), 1, plane.stride, size, strength);
    }
    for (int i = 4; inner && i < size; i += 4) {
      LoopFilter.inner(plane, plane.at(x + i, y), 1, plane.stride, size, strength);
    }
    if (y > 0) {
      LoopFilter.outer(plane, plane.at(x, y), plane.stride, 1, size, strength);
    }
    for (int i = 4; inner && i < size; i += 4) {
      LoopFilter.inner(plane, plane.at(x, y + i), plane.stride, 1, size, strength);
    }
  }
}
