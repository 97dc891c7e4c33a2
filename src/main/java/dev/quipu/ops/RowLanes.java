package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * What the products of the generate regime add up to: for each row of weights as many sums as a vector has lanes, of
 * which {@link #add} makes one. A kernel goes through many rows in one call, and leaves adding up to plain code: so the
 * cost of a call, which is that of some 700 weights, comes once, and few vector operations stand in one method. That
 * counts: each costs C2 300 to 700 nodes to inline, from 18,000 on (NodeCountInliningCutoff) it inlines later and knows
 * less, and then may keep vectors on the heap.
 */
final class RowLanes {

  private static final int V = Lanes.ROW.length();

  private RowLanes() {}

  /** Nothing yet; rows have {@code width} lanes, as everywhere here. */
  static void clear(float[] lanes, int at, int rows, int width) {
    Arrays.fill(lanes, at, at + width * rows, 0);
  }

  /** The biases' part: Σ bias · (sum of the group). */
  static void biases(
      float[] biases, int group, int groups, int rows, float[] sums, int sum, int sumVectors, float[] lanes, int at,
      int width) {
    if (width > V) {
      clear(lanes, at, rows, width);
    }
    for (int r = 0; r < rows; r++) {
      FloatVector total = FloatVector.zero(Lanes.ROW);
      int g = group + groups * r;
      for (int i = 0; i < sumVectors; i++) {
        FloatVector x = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, sums, sum + V * i));
        total = x.fma(FloatVector.fromArray(Lanes.ROW, biases, g + V * i), total);
      }
      FLOATS.cast(total).intoArray(lanes, at + width * r);
    }
  }

  /** out[to + r] = the sum of a row's lanes. */
  static void add(float[] lanes, int at, int rows, int width, float[] out, int to) {
    for (int r = 0; r < rows; r++) {
      int row = at + width * r;
      for (int lane = 0; lane < width - V; lane++) {
        lanes[row + lane] += lanes[row + V + lane];
      }
      out[to + r] = sum(lanes, row);
    }
  }

  /** The sum of lanes half a vector apart, then a quarter …: the order of all sums over lanes here. */
  static float sum(float[] lanes, int at) {
    if (V == 4) {
      return (lanes[at] + lanes[at + 2]) + (lanes[at + 1] + lanes[at + 3]);
    }
    float even = (lanes[at] + lanes[at + 4]) + (lanes[at + 2] + lanes[at + 6]);
    float odd = (lanes[at + 1] + lanes[at + 5]) + (lanes[at + 3] + lanes[at + 7]);
    return even + odd;
  }
}
