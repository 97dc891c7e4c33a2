package dev.quipu.grammar;

import java.util.Arrays;

/** Growing lists of numbers, one for each of a fixed count of keys. */
final class IntGroups {

  private static final int[] NONE = {};

  private final int[][] values;
  private final int[] sizes;

  IntGroups(int keys) {
    values = new int[keys][];
    sizes = new int[keys];
    Arrays.fill(values, NONE);
  }

  void add(int key, int value) {
    if (sizes[key] == values[key].length) {
      values[key] = Arrays.copyOf(values[key], Math.max(2, 2 * sizes[key]));
    }
    values[key][sizes[key]++] = value;
  }

  int[][] toArrays() {
    for (int key = 0; key < values.length; key++) {
      values[key] = Arrays.copyOf(values[key], sizes[key]);
    }
    return values;
  }
}
