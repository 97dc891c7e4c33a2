package dev.quipu.tensor;

import java.util.List;

/**
 * Activations: one row a token, row-major float32. Row t starts at {@code data[t * cols]}. Several views of different
 * shape may share one array, which may be longer than {@code rows * cols}.
 */
public record Mat(float[] data, int rows, int cols) {

  public Mat {
    if ((long) rows * cols > data.length) {
      throw new IllegalArgumentException(rows + "x" + cols + " does not fit in " + data.length + " floats");
    }
  }

  /** A new matrix of zeros, [rows, cols]. */
  public static Mat zeros(int rows, int cols) {
    return new Mat(new float[Math.multiplyExact(rows, cols)], rows, cols);
  }

  /** The rows of some matrices of one width, one below the other, on an array of their own. */
  public static Mat stacked(List<Mat> parts) {
    Mat all = zeros(parts.stream().mapToInt(Mat::rows).sum(), parts.getFirst().cols);
    int to = 0;
    for (Mat part : parts) {
      System.arraycopy(part.data, 0, all.data, to, part.size());
      to += part.size();
    }
    return all;
  }

  /** The first rows of this one, on the same array. */
  public Mat firstRows(int rows) {
    return rows == this.rows ? this : new Mat(data, rows, cols);
  }

  /** [T, H·hd] seen as [T·H, hd], on the same array. */
  public Mat perHead(int headDim) {
    return new Mat(data, rows * (cols / headDim), headDim);
  }

  /** Elements. */
  public int size() {
    return rows * cols;
  }

  public float get(int row, int col) {
    return data[row * cols + col];
  }
}
