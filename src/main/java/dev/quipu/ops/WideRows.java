package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * {@link PromptProducts} for vectors of 512 bits, 32 of them: a panel of weight rows, widened side by side, stays in
 * the first-level cache while all tokens meet it. What comes out of a tile are runs of a token's row of out.
 */
final class WideRows implements PromptProducts {

  /** Rows of a weight that meet one block of x before the next: then it is still in the second-level cache. */
  private static final int BAND = 2 * WidePanels.ROWS;

  private static final int ROWS = WidePanels.ROWS;
  private static final int DEPTH = WidePanels.DEPTH;
  private static final int TOKENS = WideTile.TOKENS;
  private static final float[] NOTHING = nothing(); // a bias that changes no number

  private Mat x;
  private int firstRow;
  private int rows;
  private int tokens; // rows, filled up to whole tiles; one left over stays alone
  private float[] packed = new float[0]; // [blocks of k][tiles][k][tokens of the tile]

  /** −0, for 0 would make 0 of −0. */
  private static float[] nothing() {
    float[] nothing = new float[ROWS];
    Arrays.fill(nothing, -0f);
    return nothing;
  }

  @Override
  public int mostRows() {
    return 1024;
  }

  @Override
  public void set(Mat x, int firstRow, int rows) {
    this.x = x;
    this.firstRow = firstRow;
    this.rows = rows;
    this.tokens = rows % TOKENS == 1 ? rows : Math.ceilDiv(rows, TOKENS) * TOKENS;
    this.packed = grown(packed, Math.multiplyExact(tokens, x.cols()));
  }

  private int blocks() {
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

  /** Tiles. */
  @Override
  public int pieces() {
    return Math.ceilDiv(tokens, TOKENS);
  }

  @Override
  public void pack(int tile, Scratch scratch) {
    int token = tile * TOKENS;
    for (int block = 0; block < blocks(); block++) {
      int from = (firstRow + token) * x.cols() + block * DEPTH;
      if (width(token) == 1) {
        System.arraycopy(x.data(), from, packed, at(block, token), depth(block));
      } else if (token + TOKENS <= rows) {
        sideBySide(x.data(), from, x.cols(), depth(block), packed, at(block, token));
      } else {
        lastTile(x.data(), from, depth(block), packed, at(block, token));
      }
    }
  }

  /** to[depth, TOKENS] = from[TOKENS, depth]: what is read and what is written run on from k to k. */
  private static void sideBySide(float[] from, int at, int stride, int depth, float[] to, int first) {
    for (int k = 0; k < depth; k++) {
      to[first + TOKENS * k] = from[at + k];
      to[first + TOKENS * k + 1] = from[at + stride + k];
      to[first + TOKENS * k + 2] = from[at + 2 * stride + k];
      to[first + TOKENS * k + 3] = from[at + 3 * stride + k];
      to[first + TOKENS * k + 4] = from[at + 4 * stride + k];
      to[first + TOKENS * k + 5] = from[at + 5 * stride + k];
      to[first + TOKENS * k + 6] = from[at + 6 * stride + k];
      to[first + TOKENS * k + 7] = from[at + 7 * stride + k];
    }
  }

  /** The same for the tokens that are left, filled up with zeros. */
  private void lastTile(float[] from, int at, int depth, float[] to, int first) {
    int left = rows % TOKENS;
    for (int t = 0; t < left; t++) {
      spread(from, at + t * x.cols(), depth, to, first + t);
    }
    for (int t = left; t < TOKENS; t++) {
      zeros(depth, to, first + t);
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
          int width = Math.min(ROWS, count - panel);
          WidePanel.widen(w.weight(), row, panel, width, block * DEPTH, depth(block), place, scratch);
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
    int to = firstRow * out.cols() + row;
    for (int panel = 0; panel < count; panel += ROWS) {
      if (panel + ROWS <= count) {
        float[] bias = w.bias() == null ? NOTHING : w.bias();
        int at = w.bias() == null ? 0 : row + panel;
        WideTile.store(sums, panel * tokens, rows, bias, at, out.data(), to + panel, out.cols());
      } else {
        storeLast(out, w, row + panel, count - panel, sums, panel * tokens);
      }
    }
  }

  /** The rows of the weight that fill no panel. */
  private void storeLast(Mat out, Linear w, int row, int count, float[] sums, int from) {
    for (int t = 0; t < rows; t++) {
      int to = (firstRow + t) * out.cols() + row;
      System.arraycopy(sums, from + t * ROWS, out.data(), to, count);
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
