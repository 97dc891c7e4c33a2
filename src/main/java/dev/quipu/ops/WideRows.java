package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import java.util.Arrays;

/**
 * {@link PromptProducts} for vectors of 512 bits, 32 of them: a panel of weight rows, widened side by side, stays in
 * the first-level cache while all tokens meet it. What comes out of a tile are runs of a token's row of out.
 */
final class WideRows implements PromptProducts {

  /** Rows of a weight that meet one block of x before the next: then it is still in the second-level cache. */
  private static final int BAND = 4 * WidePanels.ROWS;

  private static final int ROWS = WidePanels.ROWS;
  private static final int DEPTH = WidePanels.DEPTH;
  private static final int TOKENS = WideTile.TOKENS;

  private Mat x;
  private int firstRow;
  private int rows;
  private int tokens; // rows, filled up to whole tiles; one left over stays alone
  private float[] packed = new float[0]; // [blocks of k][tiles][k][tokens of the tile]

  @Override
  public void set(Mat x, int firstRow, int rows) {
    this.x = x;
    this.firstRow = firstRow;
    this.rows = rows;
    this.tokens = rows % TOKENS == 1 ? rows : Math.ceilDiv(rows, TOKENS) * TOKENS;
    this.packed = grown(packed, Math.multiplyExact(tokens, x.cols()));
  }

  @Override
  public int blocks() {
    return Math.ceilDiv(x.cols(), DEPTH);
  }

  private int depth(int block) {
    return Math.min(DEPTH, x.cols() - block * DEPTH);
  }

  /** Where the tile that begins with this token lies. */
  private int at(int block, int token) {
    return block * DEPTH * tokens + depth(block) * token;
  }

  /** Tokens of the tile that begins with this one. */
  private int width(int token) {
    return tokens - token == 1 ? 1 : TOKENS;
  }

  @Override
  public void pack(int block, Scratch scratch) {
    int depth = depth(block);
    for (int t = 0; t < rows; t++) {
      int from = (firstRow + t) * x.cols() + block * DEPTH;
      if (width(t / TOKENS * TOKENS) == 1) {
        System.arraycopy(x.data(), from, packed, at(block, t), depth);
      } else {
        spread(x.data(), from, depth, packed, at(block, t / TOKENS * TOKENS) + t % TOKENS);
      }
    }
    for (int t = rows; t < tokens; t++) {
      zeros(depth, packed, at(block, t / TOKENS * TOKENS) + t % TOKENS);
    }
  }

  private static void spread(float[] from, int at, int depth, float[] to, int first) {
    for (int k = 0; k < depth; k++) {
      to[first + TOKENS * k] = from[at + k];
    }
  }

  private static void zeros(int depth, float[] to, int first) {
    for (int k = 0; k < depth; k++) {
      to[first + TOKENS * k] = 0;
    }
  }

  @Override
  public int band() {
    return ROWS;
  }

  @Override
  public void run(Mat out, Linear w, int from, int to, Scratch scratch) {
    scratch.sums = grown(scratch.sums, BAND * tokens);
    long place = WidePanels.take();
    try {
      run(out, w, from, to, place, scratch);
    } finally {
      WidePanels.giveBack(place);
    }
  }

  private void run(Mat out, Linear w, int from, int to, long place, Scratch scratch) {
    for (int row = from; row < to; row += BAND) {
      int count = Math.min(BAND, to - row);
      Arrays.fill(scratch.sums, 0, Math.ceilDiv(count, ROWS) * ROWS * tokens, 0);
      WidePanel.groups(w.weight(), row, count, scratch);
      for (int block = 0; block < blocks(); block++) {
        for (int panel = 0; panel < count; panel += ROWS) {
          WidePanel.widen(w.weight(), row, panel, Math.min(ROWS, count - panel), block * DEPTH, depth(block), place, scratch);
          sweep(block, panel * tokens, place, scratch);
        }
      }
      store(out, w, row, count, scratch.sums);
    }
  }

  /** All tokens times the panel. */
  private void sweep(int block, int at, long panel, Scratch scratch) {
    int depth = depth(block);
    for (int token = 0; token < tokens; token += TOKENS) {
      int sums = at + token * ROWS;
      if (width(token) == 1) {
        WideTile.oneByTwo(packed, at(block, token), depth, panel, scratch.sums, sums);
      } else {
        WideTile.eightByTwo(packed, at(block, token), depth, panel, scratch.sums, sums);
      }
    }
  }

  private void store(Mat out, Linear w, int row, int count, float[] sums) {
    for (int t = 0; t < rows; t++) {
      int to = (firstRow + t) * out.cols() + row;
      for (int panel = 0; panel < count; panel += ROWS) {
        int from = panel * tokens + t * ROWS;
        System.arraycopy(sums, from, out.data(), to + panel, Math.min(ROWS, count - panel));
      }
      if (w.bias() != null) {
        addBias(w.bias(), row, count, out.data(), to);
      }
    }
  }

  private static void addBias(float[] bias, int row, int count, float[] out, int to) {
    for (int r = 0; r < count; r++) {
      out[to + r] += bias[row + r];
    }
  }
}
