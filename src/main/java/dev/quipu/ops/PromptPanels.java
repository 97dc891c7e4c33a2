package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Activations packed for {@link PromptTile}: cut along k into blocks that fit the first-level cache, and along the rows
 * of x into panels as wide as a tile: of four wide vectors where there are registers for that, then two, then narrow
 * ones; the last is filled up with zeros. Within a panel the columns of one k are neighbours.
 */
final class PromptPanels {

  /** Inputs of a block: a multiple of every group size. */
  static final int DEPTH = 512;

  /** Floats between rows of a power of two, which would share a set. */
  private static final int PAD = 16;

  private static final int WIDE = Lanes.WIDE.length();
  private static final int NARROW = Lanes.ROW.length();

  private Mat x;
  private int firstRow;
  private int rows;
  private int cols;
  private float[] data = new float[0]; // [blocks of k][panels][k][columns of the panel]

  /** Takes rows [firstRow, firstRow + rows) of x; {@link #pack} follows for each block. */
  void set(Mat x, int firstRow, int rows) {
    this.x = x;
    this.firstRow = firstRow;
    this.rows = rows;
    this.cols = Math.ceilDiv(rows, NARROW) * NARROW;
    this.data = grown(data, Math.multiplyExact(cols, x.cols()));
  }

  int firstRow() {
    return firstRow;
  }

  int rows() {
    return rows;
  }

  /** Rows, filled up to whole vectors. */
  int cols() {
    return cols;
  }

  int blocks() {
    return Math.ceilDiv(x.cols(), DEPTH);
  }

  int depth(int block) {
    return Math.min(DEPTH, x.cols() - block * DEPTH);
  }

  float[] data() {
    return data;
  }

  /** Where the panel that begins at this column lies. */
  int at(int block, int col) {
    return block * DEPTH * cols + depth(block) * col;
  }

  /** Columns of the panel that begins at this one. */
  int width(int col) {
    int left = cols - col;
    if (Lanes.MANY_REGISTERS && left >= 4 * WIDE) {
      return 4 * WIDE;
    }
    return left >= 2 * WIDE ? 2 * WIDE : NARROW;
  }

  /** Of one block: each panel's rows come side by side first, for rows of x often lie in the same sets of the cache. */
  void pack(int block, Scratch scratch) {
    int depth = depth(block);
    int stride = depth + PAD;
    for (int col = 0; col < cols; col += width(col)) {
      int width = width(col);
      int full = Math.min(width, rows - col);
      scratch.band = grown(scratch.band, width * stride);
      for (int c = 0; c < full; c++) {
        System.arraycopy(x.data(), (firstRow + col + c) * x.cols() + block * DEPTH, scratch.band, c * stride, depth);
      }
      Arrays.fill(scratch.band, full * stride, width * stride, 0);
      transpose(scratch.band, stride, depth, data, at(block, col), width);
    }
  }

  /** to[at + k·width + c] = from[c·stride + k]. */
  private static void transpose(float[] from, int stride, int depth, float[] to, int at, int width) {
    for (int k = 0; k < depth; k++) {
      for (int c = 0; c < width; c++) {
        to[at + k * width + c] = from[c * stride + k];
      }
    }
  }
}
