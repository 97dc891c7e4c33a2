package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import java.util.Arrays;

/** {@link PromptProducts} by panels of activations: a band of weight rows is widened once and meets every one. */
final class PromptRows implements PromptProducts {

  /** Rows of a band, a multiple of every tile's: the more, the less often panels come from the third-level cache. */
  private static final int BAND = 96;

  private static final int WIDE = Lanes.WIDE.length();

  private final PromptPanels panels = new PromptPanels();

  @Override
  public int mostRows() {
    return 512;
  }

  @Override
  public void set(Mat x, int firstRow, int rows) {
    panels.set(x, firstRow, rows);
  }

  /** Blocks of inputs. */
  @Override
  public int pieces() {
    return panels.blocks();
  }

  @Override
  public void pack(int block, Scratch scratch) {
    panels.pack(block, scratch);
  }

  @Override
  public int band() {
    return BAND;
  }

  @Override
  public void run(Mat out, Linear w, int from, int to, Scratch scratch) {
    int cols = panels.cols();
    scratch.band = grown(scratch.band, BAND * PromptPanels.DEPTH);
    scratch.sums = grown(scratch.sums, BAND * cols);
    for (int row = from; row < to; row += BAND) {
      int rows = Math.min(BAND, to - row);
      Arrays.fill(scratch.sums, 0, BAND * cols, 0);
      if (w.weight() instanceof Weight.Packed packed) {
        Widening.groups(packed, row, rows, scratch);
      }
      for (int block = 0; block < panels.blocks(); block++) {
        sweep(w.weight(), row, rows, block, scratch);
      }
      store(out, w, row, rows, scratch.sums);
    }
  }

  /** One block of k: widens the band, then runs all tiles. */
  private void sweep(Weight weight, int row, int rows, int block, Scratch scratch) {
    int depth = panels.depth(block);
    for (int r = 0; r < rows; r++) {
      Widening.row(weight, row + r, r, block * PromptPanels.DEPTH, depth, scratch.band, r * depth, scratch);
    }
    int cols = panels.cols();
    for (int col = 0; col < cols; col += panels.width(col)) {
      int width = panels.width(col);
      int panel = panels.at(block, col);
      float[] band = scratch.band;
      float[] sums = scratch.sums;
      int tall = width == 4 * WIDE ? 4 : width == 2 * WIDE ? 6 : 8; // rows past the band's end are not stored
      for (int r = 0; r < rows; r += tall) {
        int at = col * BAND + r * width;
        if (width == 4 * WIDE) {
          PromptTile.fourByFour(band, r * depth, depth, panels.data(), panel, sums, at);
        } else if (width == 2 * WIDE) {
          PromptTile.sixByTwo(band, r * depth, depth, panels.data(), panel, sums, at);
        } else {
          PromptTile.eightByOne(band, r * depth, depth, panels.data(), panel, sums, at);
        }
      }
    }
  }

  private void store(Mat out, Linear w, int row, int rows, float[] sums) {
    int cols = panels.cols();
    for (int col = 0; col < cols; col += panels.width(col)) {
      int width = panels.width(col);
      int full = Math.min(width, panels.rows() - col);
      int to = (panels.firstRow() + col) * out.cols() + row;
      transpose(sums, col * BAND, width, full, rows, out.data(), to, out.cols());
      if (w.bias() != null) {
        addBias(w.bias(), row, full, rows, out.data(), to, out.cols());
      }
    }
  }

  /** out[to + t·cols + r] = sums[from + r·width + t]. */
  private static void transpose(float[] sums, int from, int width, int full, int rows, float[] out, int to, int cols) {
    for (int t = 0; t < full; t++) {
      for (int r = 0; r < rows; r++) {
        out[to + t * cols + r] = sums[from + r * width + t];
      }
    }
  }

  private static void addBias(float[] bias, int row, int full, int rows, float[] out, int to, int cols) {
    for (int t = 0; t < full; t++) {
      for (int r = 0; r < rows; r++) {
        out[to + t * cols + r] += bias[row + r];
      }
    }
  }
}
