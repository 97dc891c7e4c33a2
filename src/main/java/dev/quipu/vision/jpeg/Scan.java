package dev.quipu.vision.jpeg;

import java.io.IOException;

/**
 * One pass over the data of some components: all there is to know of their blocks, or some coefficients, or one more
 * bit of those (ITU T.81, annexes F and G). Where data are missing the rest stays zero, up to the next restart.
 */
final class Scan {

  /** Places of the coefficients in a block, by order; the spare ones catch what runs over the end. */
  private static final int[] ORDER = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63
  };

  private final ByteSource in;
  private final Component[] components;
  private final boolean isProgressive;
  private final int first; // coefficient of a progressive scan
  private final int last;
  private final boolean refines;
  private final int low; // bits that are left for later
  private final int restartInterval;
  private final HuffmanTable[] means;
  private final HuffmanTable[] rests;
  private int untilRestart;
  private int nextRestart;
  private int emptyBlocks; // to come, in which nothing is new

  /** @param spectrum first and last coefficient, then bits that are known and bits that are left */
  Scan(ByteSource in, Component[] components, boolean isProgressive, int[] spectrum, int restartInterval,
      HuffmanTable[] means, HuffmanTable[] rests) {
    this.in = in;
    this.components = components;
    this.isProgressive = isProgressive;
    this.first = spectrum[0];
    this.last = spectrum[1];
    this.refines = spectrum[2] != 0;
    this.low = spectrum[3];
    this.restartInterval = restartInterval;
    this.means = means;
    this.rests = rests;
  }

  static int place(int coefficient) {
    return ORDER[coefficient];
  }

  /** What becomes of a block. */
  interface Sink {

    /** Where to put its coefficients, which are zero, or what is known of them. */
    short[] levels(Component component, int block);

    int offset(int block);

    void done(Component component, int column, int row);
  }

  void read(int mcusAcross, int mcusDown, Sink sink) throws IOException {
    in.startBits();
    in.fillUp();
    untilRestart = restartInterval;
    for (Component component : components) {
      component.mean = 0;
    }
    boolean alone = components.length == 1;
    int across = alone ? components[0].blocksAcross : mcusAcross;
    int down = alone ? components[0].blocksDown : mcusDown;
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        restartIfDue();
        for (Component component : components) {
          readBlocks(component, x, y, alone, sink);
        }
      }
    }
  }

  private void readBlocks(Component component, int x, int y, boolean alone, Sink sink) throws IOException {
    int across = alone ? 1 : component.across;
    int down = alone ? 1 : component.down;
    for (int row = down * y; row < down * (y + 1); row++) {
      for (int column = across * x; column < across * (x + 1); column++) {
        int block = row * component.blockStride + column;
        short[] levels = sink.levels(component, block);
        if (!wasDry) {
          readBlock(component, levels, sink.offset(block));
        }
        sink.done(component, column, row);
      }
    }
  }

  private boolean wasDry; // before this group of blocks

  private void restartIfDue() throws IOException {
    if (restartInterval > 0) {
      if (untilRestart == 0) {
        restart();
      }
      untilRestart--;
    }
    wasDry = in.ranDry();
  }

  private void restart() throws IOException {
    in.startBits();
    if (in.marker == ByteSource.NO_MARKER) {
      in.findMarker();
    }
    if (in.marker == 0xD0 + nextRestart) {
      in.marker = ByteSource.NO_MARKER;
    } else {
      findRestart();
    }
    nextRestart = nextRestart + 1 & 7;
    for (Component component : components) {
      component.mean = 0;
    }
    emptyBlocks = 0;
    untilRestart = restartInterval;
    if (in.marker == ByteSource.NO_MARKER) {
      in.fillUp();
    }
  }

  /** Markers are lost or doubled: goes on behind an earlier one, and waits for the data of a later one. */
  private void findRestart() throws IOException {
    while (true) {
      int ahead = in.marker - 0xD0 - nextRestart & 7;
      boolean isRestart = in.marker >= 0xD0 && in.marker <= 0xD7;
      if (in.marker < 0xC0 || isRestart && (ahead == 6 || ahead == 7)) {
        in.findMarker();
      } else if (!isRestart || ahead == 1 || ahead == 2) {
        return;
      } else {
        in.marker = ByteSource.NO_MARKER;
        return;
      }
    }
  }

  private void readBlock(Component component, short[] levels, int at) throws IOException {
    if (!isProgressive) {
      levels[at] = (short) nextMean(component);
      readWhole(component, levels, at);
    } else if (first == 0) {
      if (!refines) {
        levels[at] = (short) (nextMean(component) << low);
      } else if (in.bit() == 1) {
        levels[at] |= (short) (1 << low);
      }
    } else if (refines) {
      refine(rests[component.restCode], levels, at);
    } else {
      readSome(rests[component.restCode], levels, at);
    }
  }

  private int nextMean(Component component) throws IOException {
    int size = in.symbol(means[component.meanCode]);
    int difference = size == 0 ? 0 : in.signed(size);
    try {
      component.mean = Math.addExact(component.mean, difference);
    } catch (ArithmeticException e) {
      throw new IOException("it is damaged: a block is too bright", e);
    }
    return component.mean;
  }

  private void readWhole(Component component, short[] levels, int at) throws IOException {
    HuffmanTable table = rests[component.restCode];
    for (int k = 1; k < Component.BLOCK; k++) {
      int symbol = in.symbol(table);
      int size = symbol & 15;
      if (size > 0) {
        k += symbol >> 4;
        levels[at + ORDER[k]] = (short) in.signed(size);
      } else if (symbol >> 4 == 15) {
        k += 15;
      } else {
        return;
      }
    }
  }

  private void readSome(HuffmanTable table, short[] levels, int at) throws IOException {
    if (emptyBlocks > 0) {
      emptyBlocks--;
      return;
    }
    for (int k = first; k <= last; k++) {
      int symbol = in.symbol(table);
      int size = symbol & 15;
      int run = symbol >> 4;
      if (size > 0) {
        k += run;
        levels[at + ORDER[k]] = (short) (in.signed(size) << low);
      } else if (run == 15) {
        k += 15;
      } else {
        emptyBlocks = emptyRun(run) - 1;
        return;
      }
    }
  }

  private int emptyRun(int bits) throws IOException {
    return (1 << bits) + (bits > 0 ? in.bits(bits) : 0);
  }

  private void refine(HuffmanTable table, short[] levels, int at) throws IOException {
    int k = first;
    for (; emptyBlocks == 0 && k <= last; k++) {
      int symbol = in.symbol(table);
      int run = symbol >> 4;
      int level = 0;
      if ((symbol & 15) > 0) {
        level = in.bit() == 1 ? 1 << low : -1 << low;
      } else if (run < 15) {
        emptyBlocks = emptyRun(run);
        break;
      }
      k = refineRun(levels, at, k, run);
      if (level != 0) {
        levels[at + ORDER[k]] = (short) level;
      }
    }
    if (emptyBlocks > 0) {
      refineRun(levels, at, k, Component.BLOCK);
      emptyBlocks--;
    }
  }

  /** Bits of coefficients that are known, over so many that are not; returns the place behind those. */
  private int refineRun(short[] levels, int at, int from, int unknown) throws IOException {
    int bit = 1 << low;
    int k = from;
    for (int left = unknown; k <= last; k++) {
      int place = at + ORDER[k];
      if (levels[place] == 0) {
        if (left-- == 0) {
          break;
        }
      } else if (in.bit() == 1 && (levels[place] & bit) == 0) {
        levels[place] += (short) (levels[place] >= 0 ? bit : -bit);
      }
    }
    return k;
  }
}
