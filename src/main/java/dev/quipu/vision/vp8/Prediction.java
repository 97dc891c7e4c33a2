package dev.quipu.vision.vp8;

/**
 * Guesses a block from the samples above and at the left of it (RFC 6386, section 12). Modes of whole blocks and of 4×4
 * ones share their first four numbers.
 */
final class Prediction {

  static final int MEAN = 0;
  static final int SLOPE = 1;
  static final int FROM_ABOVE = 2;
  static final int FROM_LEFT = 3;

  // A small block's neighbours in line: those at the left from the lowest, which stands twice, to the corner, then the
  // eight above, the last twice
  private static final int CORNER = 5;
  private static final int NEIGHBOURS = 15;

  /**
   * How each sample of a 4×4 block is made, by mode: P7 is the mean of neighbours 7 and 8, T7 that of 6, 7 twice, and
   * 8. Eight directions, which differ by half a sample or by whole ones.
   */
  private static final int[][] DIRECTIONS = {
    null, null,
    pattern("T6 T7 T8 T9  T6 T7 T8 T9  T6 T7 T8 T9  T6 T7 T8 T9"),
    pattern("T4 T4 T4 T4  T3 T3 T3 T3  T2 T2 T2 T2  T1 T1 T1 T1"),
    pattern("T7 T8 T9 T10  T8 T9 T10 T11  T9 T10 T11 T12  T10 T11 T12 T13"),
    pattern("T5 T6 T7 T8  T4 T5 T6 T7  T3 T4 T5 T6  T2 T3 T4 T5"),
    pattern("P5 P6 P7 P8  T5 T6 T7 T8  T4 P5 P6 P7  T3 T5 T6 T7"),
    pattern("P6 P7 P8 P9  T7 T8 T9 T10  P7 P8 P9 T11  T8 T9 T10 T12"),
    pattern("P4 T5 T6 T7  P3 T4 P4 T5  P2 T3 P3 T4  P1 T2 P2 T3"),
    pattern("P3 T3 P2 T2  P2 T2 P1 T1  P1 T1 P0 P0  P0 P0 P0 P0"),
  };

  private static final int THREE = 16; // added to the index of a mean of three

  private Prediction() {}

  private static int[] pattern(String text) {
    String[] words = text.split(" +");
    int[] pattern = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      pattern[i] = Integer.parseInt(words[i].substring(1)) + (words[i].charAt(0) == 'T' ? THREE : 0);
    }
    return pattern;
  }

  /** A square block of 16 or 8 samples at (x, y). */
  static void block(Plane plane, int x, int y, int size, int mode) {
    if (mode == MEAN) {
      fill(plane, x, y, size, mean(plane, x, y, size));
      return;
    }
    int corner = plane.get(x - 1, y - 1);
    for (int j = 0; j < size; j++) {
      int left = plane.get(x - 1, y + j);
      for (int i = 0; i < size; i++) {
        int above = plane.get(x + i, y - 1);
        plane.samples[plane.at(x + i, y + j)] = switch (mode) {
          case FROM_ABOVE -> (byte) above;
          case FROM_LEFT -> (byte) left;
          default -> Plane.clipped(left + above - corner);
        };
      }
    }
  }

  /** Of the neighbours within the frame; without any it is 128. */
  private static int mean(Plane plane, int x, int y, int size) {
    int sum = 0;
    int count = 0;
    for (int i = 0; i < size; i++) {
      sum += (y > 0 ? plane.get(x + i, y - 1) : 0) + (x > 0 ? plane.get(x - 1, y + i) : 0);
    }
    count += (y > 0 ? size : 0) + (x > 0 ? size : 0);
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  /**
   * A 4×4 block at (x, y).
   *
   * @param aboveRight the four samples that follow those above it
   */
  static void small(Plane plane, int x, int y, int mode, int[] aboveRight) {
    int[] neighbours = neighbours(plane, x, y, aboveRight);
    if (mode == MEAN) {
      int sum = 4;
      for (int i = 1; i <= 4; i++) {
        sum += neighbours[i] + neighbours[CORNER + i];
      }
      fill(plane, x, y, 4, sum >> 3);
    } else if (mode == SLOPE) {
      block(plane, x, y, 4, SLOPE);
    } else {
      for (int i = 0; i < 16; i++) {
        plane.samples[plane.at(x + i % 4, y + i / 4)] = (byte) directed(neighbours, DIRECTIONS[mode][i]);
      }
    }
  }

  private static int[] neighbours(Plane plane, int x, int y, int[] aboveRight) {
    int[] neighbours = new int[NEIGHBOURS];
    for (int i = 0; i < 4; i++) {
      neighbours[CORNER - 1 - i] = plane.get(x - 1, y + i);
      neighbours[CORNER + 1 + i] = plane.get(x + i, y - 1);
      neighbours[CORNER + 5 + i] = aboveRight[i];
    }
    neighbours[0] = neighbours[1];
    neighbours[CORNER] = plane.get(x - 1, y - 1);
    neighbours[NEIGHBOURS - 1] = neighbours[NEIGHBOURS - 2];
    return neighbours;
  }

  private static int directed(int[] neighbours, int step) {
    if (step < THREE) {
      return neighbours[step] + neighbours[step + 1] + 1 >> 1;
    }
    int i = step - THREE;
    return neighbours[i - 1] + 2 * neighbours[i] + neighbours[i + 1] + 2 >> 2;
  }

  private static void fill(Plane plane, int x, int y, int size, int sample) {
    for (int j = 0; j < size; j++) {
      for (int i = 0; i < size; i++) {
        plane.samples[plane.at(x + i, y + j)] = (byte) sample;
      }
    }
  }
}
