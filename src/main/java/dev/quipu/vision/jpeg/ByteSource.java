package dev.quipu.vision.jpeg;

import java.io.IOException;

/**
 * The bytes of a file, and the marker that was met and not yet dealt with. Bits are read from here: a byte of 255 that
 * is none of a marker is followed by a zero; at a marker the bits end.
 */
final class ByteSource {

  static final int NO_MARKER = 0;

  private static final int FULL = 57; // bits, after which no other byte fits into 64
  private static final int LOOK_AHEAD = 8;

  final byte[] file;
  int at;
  int marker = NO_MARKER;

  private long bits;
  private int count;
  private boolean ranDry;

  ByteSource(byte[] file) {
    this.file = file;
  }

  int oneByte() throws IOException {
    if (at >= file.length) {
      throw new MissingEnd();
    }
    return file[at++] & 0xFF;
  }

  int twoBytes() throws IOException {
    return oneByte() << 8 | oneByte();
  }

  /** Goes to the next marker, whatever lies before it. */
  void findMarker() throws IOException {
    do {
      while (oneByte() != 0xFF) {
        continue;
      }
      do {
        marker = oneByte();
      } while (marker == 0xFF);
    } while (marker == 0);
  }

  /** Bits begin here; those that are left are of no use. */
  void startBits() {
    bits = 0;
    count = 0;
  }

  /** Whether the data ended at a marker before all was read. What is missing is left as it is. */
  boolean ranDry() {
    return ranDry;
  }

  void fillUp() {
    ranDry = false;
  }

  int bits(int wanted) throws IOException {
    require(wanted);
    count -= wanted;
    return (int) (bits >>> count) & (1 << wanted) - 1;
  }

  int bit() throws IOException {
    return bits(1);
  }

  /** A signed number of so many bits, the smaller half of which are negative. */
  int signed(int wanted) throws IOException {
    int value = bits(wanted);
    return value < 1 << wanted - 1 ? value - (1 << wanted) + 1 : value;
  }

  /** The next symbol of a code; one that stands for nothing counts as 0. */
  int symbol(HuffmanTable table) throws IOException {
    if (count < LOOK_AHEAD) {
      load(0);
    }
    int length = 1;
    if (count >= LOOK_AHEAD) {
      int entry = table.lookUp((int) (bits >>> count - LOOK_AHEAD) & 0xFF);
      if (entry != 0) {
        count -= entry >> 8;
        return entry & 0xFF;
      }
      length = LOOK_AHEAD + 1;
    }
    int code = bits(length);
    while (code > table.last(length)) {
      code = code << 1 | bit();
      length++;
    }
    return table.symbol(length, code);
  }

  private void require(int wanted) throws IOException {
    if (count < wanted) {
      load(wanted);
    }
  }

  /** Loads as many bytes as fit, or zeros behind a marker if those are wanted. */
  private void load(int wanted) throws IOException {
    while (marker == NO_MARKER && count < FULL) {
      int next = oneByte();
      if (next == 0xFF) {
        do {
          next = oneByte();
        } while (next == 0xFF);
        if (next != 0) {
          marker = next;
          break;
        }
        next = 0xFF;
      }
      bits = bits << 8 | next;
      count += 8;
    }
    if (wanted > count) {
      ranDry = true;
      bits <<= FULL - count;
      count = FULL;
    }
  }
}
