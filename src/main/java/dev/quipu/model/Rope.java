package dev.quipu.model;

import dev.quipu.tensor.Rotation;

/**
 * Position as rotation (RoPE, Su et al. 2021): pair i of a head at position p turns by {@code p · frequency(i)}
 * radians, so that q·k depends on the distance of two tokens alone. Angles are taken in double: in float32 they are
 * wrong in the third digit after some 9,000 positions.
 *
 * @param dims        leading channels of a head that turn
 * @param base        θ
 * @param traditional pairs (2i, 2i+1) instead of halves (i, i + dims/2)
 * @param scaling     the frequencies
 */
public record Rope(int dims, double base, boolean traditional, RopeScaling scaling) {

  public Rope {
    if (dims <= 0 || dims % 2 != 0) {
      throw new IllegalArgumentException("RoPE turns pairs of channels, but there are " + dims);
    }
  }

  /**
   * Rows [row, row + count) of a rotation, for the positions from {@code position} on.
   *
   * @param frequencies radians a position, [dims/2]
   * @param inputScale  what the channels that turn are multiplied by
   */
  public static void turn(
      Rotation rotation, int row, int count, int position, double[] frequencies, double inputScale) {
    int at = row * frequencies.length;
    for (int t = 0; t < count; t++) {
      for (double frequency : frequencies) {
        double angle = (position + t) * frequency;
        rotation.cos()[at] = (float) (inputScale * Math.cos(angle));
        rotation.sin()[at++] = (float) (inputScale * Math.sin(angle));
      }
    }
  }

  /** Cosines and sines for some positions; one a distinct rope and decoder, used by one thread. */
  static final class Table {

    private final Rope rope;
    private final double[] unstretched;
    private Rotation rotation;
    private int maxRows;

    Table(Rope rope) {
      this.rope = rope;
      this.unstretched = rope.scaling.frequencies(rope.dims, rope.base, 0);
    }

    Rotation rotation() {
      return rotation;
    }

    void ensureRows(int rows) {
      if (rows > maxRows) {
        maxRows = rows;
        rotation = new Rotation(rows, rope.dims, rope.traditional);
      }
    }

    /** Fills rows [row, row + count) for positions {@code position …} of a sequence of {@code seen} positions. */
    void fill(int row, int count, int position, int seen) {
      boolean stretched = rope.scaling.dependsOnLength(seen);
      double[] frequencies = stretched ? rope.scaling.frequencies(rope.dims, rope.base, seen) : unstretched;
      turn(rotation, row, count, position, frequencies, rope.scaling.inputScale());
    }
  }
}
