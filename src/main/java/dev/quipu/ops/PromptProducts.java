package dev.quipu.ops;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;

/**
 * Matrix products of the {@link Regime#PROMPT} regime: rows of x are packed once and meet every row of a weight, which
 * is widened to floats on the way. Knows no threads. {@link PromptRows} keeps activations side by side in its vectors,
 * {@link WideRows} weights; the numbers are the same to the last bit.
 */
sealed interface PromptProducts permits PromptRows, WideRows {

  /** The way that suits this processor's vectors. */
  static PromptProducts choose() {
    return Lanes.WIDE.length() == 16 ? new WideRows() : new PromptRows();
  }

  /** Rows of x that are best packed at once: a block of them fits the second-level cache. */
  int mostRows();

  /** Takes rows [firstRow, firstRow + rows) of x; {@link #pack} follows for each piece. */
  void set(Mat x, int firstRow, int rows);

  /** Parts that are packed each by itself. */
  int pieces();

  /** Packs one of them. */
  void pack(int piece, Scratch scratch);

  /** Rows of a weight that are best done together: what is shared out is a number of these. */
  int band();

  /** Columns [from, to) of the packed rows of out[T,N]: rows of the weight, from a multiple of the band on. */
  void run(Mat out, Linear w, int from, int to, Scratch scratch);
}
