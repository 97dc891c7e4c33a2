package dev.quipu.ops;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of the {@link Regime#PROMPT} regime: a tile of weight rows × activation columns stays in registers
 * while k runs, one weight broadcast against a vector of columns. Each sum is one chain of fused multiply-adds in the
 * order of k, so that its value is the same in every tile, at every width and however k is cut.
 *
 * <p>Weights are rows of floats, {@code stride} apart; a panel holds its columns side by side for one k after the
 * other; sums are [rows, cols], read and written.
 */
final class PromptTile {

  private static final VectorSpecies<Float> WIDE = Lanes.WIDE;
  private static final VectorSpecies<Float> NARROW = Lanes.ROW;
  private static final int V = WIDE.length();
  private static final int N = NARROW.length();

  private PromptTile() {}

  /** 4 rows × 4 wide vectors. */
  static void fourByFour(
      float[] weights, int w, int stride, float[] panel, int p, int depth, float[] sums, int s, int cols) {
    FloatVector s00 = FloatVector.fromArray(WIDE, sums, s);
    FloatVector s01 = FloatVector.fromArray(WIDE, sums, s + V);
    FloatVector s02 = FloatVector.fromArray(WIDE, sums, s + 2 * V);
    FloatVector s03 = FloatVector.fromArray(WIDE, sums, s + 3 * V);
    FloatVector s10 = FloatVector.fromArray(WIDE, sums, s + cols);
    FloatVector s11 = FloatVector.fromArray(WIDE, sums, s + cols + V);
    FloatVector s12 = FloatVector.fromArray(WIDE, sums, s + cols + 2 * V);
    FloatVector s13 = FloatVector.fromArray(WIDE, sums, s + cols + 3 * V);
    FloatVector s20 = FloatVector.fromArray(WIDE, sums, s + 2 * cols);
    FloatVector s21 = FloatVector.fromArray(WIDE, sums, s + 2 * cols + V);
    FloatVector s22 = FloatVector.fromArray(WIDE, sums, s + 2 * cols + 2 * V);
    FloatVector s23 = FloatVector.fromArray(WIDE, sums, s + 2 * cols + 3 * V);
    FloatVector s30 = FloatVector.fromArray(WIDE, sums, s + 3 * cols);
    FloatVector s31 = FloatVector.fromArray(WIDE, sums, s + 3 * cols + V);
    FloatVector s32 = FloatVector.fromArray(WIDE, sums, s + 3 * cols + 2 * V);
    FloatVector s33 = FloatVector.fromArray(WIDE, sums, s + 3 * cols + 3 * V);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k);
      FloatVector x1 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k + V);
      FloatVector x2 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k + 2 * V);
      FloatVector x3 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k + 3 * V);
      FloatVector b = FloatVector.broadcast(WIDE, weights[w + k]);
      s00 = b.fma(x0, s00);
      s01 = b.fma(x1, s01);
      s02 = b.fma(x2, s02);
      s03 = b.fma(x3, s03);
      b = FloatVector.broadcast(WIDE, weights[w + stride + k]);
      s10 = b.fma(x0, s10);
      s11 = b.fma(x1, s11);
      s12 = b.fma(x2, s12);
      s13 = b.fma(x3, s13);
      b = FloatVector.broadcast(WIDE, weights[w + 2 * stride + k]);
      s20 = b.fma(x0, s20);
      s21 = b.fma(x1, s21);
      s22 = b.fma(x2, s22);
      s23 = b.fma(x3, s23);
      b = FloatVector.broadcast(WIDE, weights[w + 3 * stride + k]);
      s30 = b.fma(x0, s30);
      s31 = b.fma(x1, s31);
      s32 = b.fma(x2, s32);
      s33 = b.fma(x3, s33);
    }
    s00.intoArray(sums, s);
    s01.intoArray(sums, s + V);
    s02.intoArray(sums, s + 2 * V);
    s03.intoArray(sums, s + 3 * V);
    s10.intoArray(sums, s + cols);
    s11.intoArray(sums, s + cols + V);
    s12.intoArray(sums, s + cols + 2 * V);
    s13.intoArray(sums, s + cols + 3 * V);
    s20.intoArray(sums, s + 2 * cols);
    s21.intoArray(sums, s + 2 * cols + V);
    s22.intoArray(sums, s + 2 * cols + 2 * V);
    s23.intoArray(sums, s + 2 * cols + 3 * V);
    s30.intoArray(sums, s + 3 * cols);
    s31.intoArray(sums, s + 3 * cols + V);
    s32.intoArray(sums, s + 3 * cols + 2 * V);
    s33.intoArray(sums, s + 3 * cols + 3 * V);
  }

  /** 4 rows × 2 wide vectors. */
  static void fourByTwo(
      float[] weights, int w, int stride, float[] panel, int p, int depth, float[] sums, int s, int cols) {
    FloatVector s00 = FloatVector.fromArray(WIDE, sums, s);
    FloatVector s01 = FloatVector.fromArray(WIDE, sums, s + V);
    FloatVector s10 = FloatVector.fromArray(WIDE, sums, s + cols);
    FloatVector s11 = FloatVector.fromArray(WIDE, sums, s + cols + V);
    FloatVector s20 = FloatVector.fromArray(WIDE, sums, s + 2 * cols);
    FloatVector s21 = FloatVector.fromArray(WIDE, sums, s + 2 * cols + V);
    FloatVector s30 = FloatVector.fromArray(WIDE, sums, s + 3 * cols);
    FloatVector s31 = FloatVector.fromArray(WIDE, sums, s + 3 * cols + V);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.fromArray(WIDE, panel, p + 2 * V * k);
      FloatVector x1 = FloatVector.fromArray(WIDE, panel, p + 2 * V * k + V);
      FloatVector b = FloatVector.broadcast(WIDE, weights[w + k]);
      s00 = b.fma(x0, s00);
      s01 = b.fma(x1, s01);
      b = FloatVector.broadcast(WIDE, weights[w + stride + k]);
      s10 = b.fma(x0, s10);
      s11 = b.fma(x1, s11);
      b = FloatVector.broadcast(WIDE, weights[w + 2 * stride + k]);
      s20 = b.fma(x0, s20);
      s21 = b.fma(x1, s21);
      b = FloatVector.broadcast(WIDE, weights[w + 3 * stride + k]);
      s30 = b.fma(x0, s30);
      s31 = b.fma(x1, s31);
    }
    s00.intoArray(sums, s);
    s01.intoArray(sums, s + V);
    s10.intoArray(sums, s + cols);
    s11.intoArray(sums, s + cols + V);
    s20.intoArray(sums, s + 2 * cols);
    s21.intoArray(sums, s + 2 * cols + V);
    s30.intoArray(sums, s + 3 * cols);
    s31.intoArray(sums, s + 3 * cols + V);
  }

  /** 8 rows × 1 narrow vector: for the last columns, or the only ones. */
  static void eightByOne(
      float[] weights, int w, int stride, float[] panel, int p, int depth, float[] sums, int s, int cols) {
    FloatVector s00 = FloatVector.fromArray(NARROW, sums, s);
    FloatVector s10 = FloatVector.fromArray(NARROW, sums, s + cols);
    FloatVector s20 = FloatVector.fromArray(NARROW, sums, s + 2 * cols);
    FloatVector s30 = FloatVector.fromArray(NARROW, sums, s + 3 * cols);
    FloatVector s40 = FloatVector.fromArray(NARROW, sums, s + 4 * cols);
    FloatVector s50 = FloatVector.fromArray(NARROW, sums, s + 5 * cols);
    FloatVector s60 = FloatVector.fromArray(NARROW, sums, s + 6 * cols);
    FloatVector s70 = FloatVector.fromArray(NARROW, sums, s + 7 * cols);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.fromArray(NARROW, panel, p + N * k);
      FloatVector b = FloatVector.broadcast(NARROW, weights[w + k]);
      s00 = b.fma(x0, s00);
      b = FloatVector.broadcast(NARROW, weights[w + stride + k]);
      s10 = b.fma(x0, s10);
      b = FloatVector.broadcast(NARROW, weights[w + 2 * stride + k]);
      s20 = b.fma(x0, s20);
      b = FloatVector.broadcast(NARROW, weights[w + 3 * stride + k]);
      s30 = b.fma(x0, s30);
      b = FloatVector.broadcast(NARROW, weights[w + 4 * stride + k]);
      s40 = b.fma(x0, s40);
      b = FloatVector.broadcast(NARROW, weights[w + 5 * stride + k]);
      s50 = b.fma(x0, s50);
      b = FloatVector.broadcast(NARROW, weights[w + 6 * stride + k]);
      s60 = b.fma(x0, s60);
      b = FloatVector.broadcast(NARROW, weights[w + 7 * stride + k]);
      s70 = b.fma(x0, s70);
    }
    s00.intoArray(sums, s);
    s10.intoArray(sums, s + cols);
    s20.intoArray(sums, s + 2 * cols);
    s30.intoArray(sums, s + 3 * cols);
    s40.intoArray(sums, s + 4 * cols);
    s50.intoArray(sums, s + 5 * cols);
    s60.intoArray(sums, s + 6 * cols);
    s70.intoArray(sums, s + 7 * cols);
  }
}
