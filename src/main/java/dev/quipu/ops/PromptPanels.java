package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Mat;

/**
 * Activations packed for {@link PromptTile}: cut along k into blocks that fit the first-level cache, and along the rows
 * of x into panels of four wide vectors, then two, then narrow ones; the last is filled up with zeros. Within a panel
 * the columns of one k are neighbours.
 */
final class PromptPanels {

  /** Inputs of a block: a multiple of every group size. */
  static final int DEPTH = 256;

  /** Rows of x that are packed at once. */
  static final int MAX_ROWS = 512;

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
    return left >= 4 * WIDE ? 4 * WIDE : left >= 2 * WIDE ? 2 * WIDE : NARROW;
  }

  void pack(int block) {
    int depth = depth(block);
    for (int col = 0; col < cols; col += width(col)) {
      int width = width(col);
      int full = Math.min(width, rows - col);
      int from = (firstRow + col) * x.cols() + block * DEPTH;
      for (int c = 0; c < full; c++) {
        column(x.data(), from + c * x.cols(), depth, at(block, col) + c, width);
      }
      for (int c = full; c < width; c++) {
        zeros(at(block, col) + c, depth, width);
      }
    }
  }

  private void column(float[] from, int at, int depth, int to, int width) {
    float[] data = this.data;
    for (int k = 0; k < depth; k++) {
      data[to + k * width] = from[at + k];
    }
  }

  private void zeros(int to, int depth, int width) {
    for (int k = 0; k < depth; k++) {
      data[to + k * width] = 0;
    }
  }
}
