package dev.quipu.sample;

import java.util.Arrays;

/**
 * Sorts floats by their bits, eleven at a time, the lowest first. Linear in their number, and makes no garbage once its
 * buffers have their size; {@code Arrays.sort} makes ten kilobytes a token. Knows no probability.
 */
final class RadixSort {

  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;
  private static final int PASSES = 3; // of 11, 11 and 10 bits

  private final int[] starts = new int[DIGITS];
  private int[] keys = new int[0];
  private int[] sorted = new int[0];

  /** values[from … to), ascending; none is NaN. */
  void ascending(float[] values, int from, int to) {
    int count = to - from;
    if (keys.length < count) {
      keys = new int[count];
      sorted = new int[count];
    }
    for (int i = 0; i < count; i++) {
      keys[i] = ordered(Float.floatToRawIntBits(values[from + i]));
    }
    for (int pass = 0; pass < PASSES; pass++) {
      sortBy(pass * DIGIT_BITS, count);
    }
    for (int i = 0; i < count; i++) {
      values[from + i] = Float.intBitsToFloat(bits(keys[i]));
    }
  }

  /** One stable pass from keys to sorted, which then change their names. */
  private void sortBy(int shift, int count) {
    Arrays.fill(starts, 0);
    for (int i = 0; i < count; i++) {
      starts[digit(keys[i], shift)]++;
    }
    int start = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      int size = starts[digit];
      starts[digit] = start;
      start += size;
    }
    for (int i = 0; i < count; i++) {
      sorted[starts[digit(keys[i], shift)]++] = keys[i];
    }
    int[] swapped = keys;
    keys = sorted;
    sorted = swapped;
  }

  private static int digit(int key, int shift) {
    return key >>> shift & DIGITS - 1;
  }

  /** Bits of a float as an unsigned number in the same order: of a negative one all turn, of another the sign. */
  private static int ordered(int bits) {
    return bits ^ (bits >> 31 | Integer.MIN_VALUE);
  }

  private static int bits(int ordered) {
    return ordered ^ (~ordered >> 31 | Integer.MIN_VALUE);
  }
}
