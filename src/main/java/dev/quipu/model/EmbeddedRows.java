package dev.quipu.model;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Rows in the stead of some tokens' embeddings: what an image is to a text model. They are scaled as embeddings are.
 *
 * @param positions in the sequence, ascending: row i stands at {@code positions[i]}
 * @param rows      [n, D]
 * @param together  whether those of neighbouring positions see one another, too, and not only what came before: a call
 *                  then ends behind the last of them (Gemma 3 as Transformers has it)
 */
public record EmbeddedRows(int[] positions, Mat rows, boolean together) {

  public EmbeddedRows {
    if (positions.length != rows.rows()) {
      throw new IllegalArgumentException(rows.rows() + " rows for " + positions.length + " positions");
    }
  }

  /** Rows that see what came before. */
  public EmbeddedRows(int[] positions, Mat rows) {
    this(positions, rows, false);
  }

  /** The first position from this one on where a row stands, or {@link Integer#MAX_VALUE}. */
  int next(int position) {
    int found = index(position);
    return found < positions.length ? positions[found] : Integer.MAX_VALUE;
  }

  /** One past the last of the neighbouring positions from this one on, where a row stands. */
  int runEnd(int position) {
    int i = index(position);
    while (i + 1 < positions.length && positions[i + 1] == positions[i] + 1) {
      i++;
    }
    return positions[i] + 1;
  }

  private int index(int position) {
    int found = Arrays.binarySearch(positions, position);
    return found < 0 ? -found - 1 : found;
  }

  /** Writes those of positions [position, position + count) over the rows of h from {@code row} on. */
  void copyTo(Mat h, int row, int position, int count) {
    for (int i = index(position); i < positions.length && positions[i] < position + count; i++) {
      int to = row + positions[i] - position;
      System.arraycopy(rows.data(), i * rows.cols(), h.data(), to * h.cols(), h.cols());
    }
  }
}
