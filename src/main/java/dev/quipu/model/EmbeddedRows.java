package dev.quipu.model;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Rows in the stead of some tokens' embeddings: what an image is to a text model. They are scaled as embeddings are.
 *
 * @param positions in the sequence, ascending: row i stands at {@code positions[i]}
 * @param rows      [n, D]
 */
public record EmbeddedRows(int[] positions, Mat rows) {

  public EmbeddedRows {
    if (positions.length != rows.rows()) {
      throw new IllegalArgumentException(rows.rows() + " rows for " + positions.length + " positions");
    }
  }

  /** Writes those of positions [position, position + count) over the rows of h from {@code row} on. */
  void copyTo(Mat h, int row, int position, int count) {
    int found = Arrays.binarySearch(positions, position);
    for (int i = found < 0 ? -found - 1 : found; i < positions.length && positions[i] < position + count; i++) {
      int to = row + positions[i] - position;
      System.arraycopy(rows.data(), i * rows.cols(), h.data(), to * h.cols(), h.cols());
    }
  }
}
