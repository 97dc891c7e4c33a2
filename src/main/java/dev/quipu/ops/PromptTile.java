package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.WIDE_FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of the {@link Regime#PROMPT} regime: a tile of weight rows × activation columns stays in registers
 * while k runs, one weight broadcast against a vector of columns. Each sum is one chain of fused multiply-adds in the
 * order of k, so that its value is the same in every tile, at every width and however k is cut.
 *
 * <p>Weights are rows of {@code depth} floats; a panel holds its columns side by side for one k after the other; sums
 * are [rows of the tile, columns of the panel], read and written.
 */
final class PromptTile {

  private static final VectorSpecies<Float> WIDE = Lanes.WIDE;
  private static final VectorSpecies<Float> NARROW = Lanes.ROW;
  private static final int V = WIDE.length();
  private static final int N = NARROW.length();

  private PromptTile() {}

  /** 4 rows × 4 wide vectors, in 21 registers. */
  static void fourByFour(float[] weights, int w, int depth, float[] panel, int p, float[] sums, int s) {
    FloatVector s00 = FloatVector.fromArray(WIDE, sums, s);
    FloatVector s01 = FloatVector.fromArray(WIDE, sums, s + V);
    FloatVector s02 = FloatVector.fromArray(WIDE, sums, s + 2 * V);
    FloatVector s03 = FloatVector.fromArray(WIDE, sums, s + 3 * V);
    FloatVector s10 = FloatVector.fromArray(WIDE, sums, s + 4 * V);
    FloatVector s11 = FloatVector.fromArray(WIDE, sums, s + 5 * V);
    FloatVector s12 = FloatVector.fromArray(WIDE, sums, s + 6 * V);
    FloatVector s13 = FloatVector.fromArray(WIDE, sums, s + 7 * V);
    FloatVector s20 = FloatVector.fromArray(WIDE, sums, s + 8 * V);
    FloatVector s21 = FloatVector.fromArray(WIDE, sums, s + 9 * V);
    FloatVector s22 = FloatVector.fromArray(WIDE, sums, s + 10 * V);
    FloatVector s23 = FloatVector.fromArray(WIDE, sums, s + 11 * V);
    FloatVector s30 = FloatVector.fromArray(WIDE, sums, s + 12 * V);
    FloatVector s31 = FloatVector.fromArray(WIDE, sums, s + 13 * V);
    FloatVector s32 = FloatVector.fromArray(WIDE, sums, s + 14 * V);
    FloatVector s33 = FloatVector.fromArray(WIDE, sums, s + 15 * V);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k);
      FloatVector x1 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k + V);
      FloatVector x2 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k + 2 * V);
      FloatVector x3 = FloatVector.fromArray(WIDE, panel, p + 4 * V * k + 3 * V);
      FloatVector b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + k]));
      s00 = b.fma(x0, s00);
      s01 = b.fma(x1, s01);
      s02 = b.fma(x2, s02);
      s03 = b.fma(x3, s03);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + depth + k]));
      s10 = b.fma(x0, s10);
      s11 = b.fma(x1, s11);
      s12 = b.fma(x2, s12);
      s13 = b.fma(x3, s13);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + 2 * depth + k]));
      s20 = b.fma(x0, s20);
      s21 = b.fma(x1, s21);
      s22 = b.fma(x2, s22);
      s23 = b.fma(x3, s23);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + 3 * depth + k]));
      s30 = b.fma(x0, s30);
      s31 = b.fma(x1, s31);
      s32 = b.fma(x2, s32);
      s33 = b.fma(x3, s33);
    }
    WIDE_FLOATS.cast(s00).intoArray(sums, s);
    WIDE_FLOATS.cast(s01).intoArray(sums, s + V);
    WIDE_FLOATS.cast(s02).intoArray(sums, s + 2 * V);
    WIDE_FLOATS.cast(s03).intoArray(sums, s + 3 * V);
    WIDE_FLOATS.cast(s10).intoArray(sums, s + 4 * V);
    WIDE_FLOATS.cast(s11).intoArray(sums, s + 5 * V);
    WIDE_FLOATS.cast(s12).intoArray(sums, s + 6 * V);
    WIDE_FLOATS.cast(s13).intoArray(sums, s + 7 * V);
    WIDE_FLOATS.cast(s20).intoArray(sums, s + 8 * V);
    WIDE_FLOATS.cast(s21).intoArray(sums, s + 9 * V);
    WIDE_FLOATS.cast(s22).intoArray(sums, s + 10 * V);
    WIDE_FLOATS.cast(s23).intoArray(sums, s + 11 * V);
    WIDE_FLOATS.cast(s30).intoArray(sums, s + 12 * V);
    WIDE_FLOATS.cast(s31).intoArray(sums, s + 13 * V);
    WIDE_FLOATS.cast(s32).intoArray(sums, s + 14 * V);
    WIDE_FLOATS.cast(s33).intoArray(sums, s + 15 * V);
  }

  /** 6 rows × 2 wide vectors, in 15 registers: all that AVX2 has. */
  static void sixByTwo(float[] weights, int w, int depth, float[] panel, int p, float[] sums, int s) {
    FloatVector s00 = FloatVector.fromArray(WIDE, sums, s);
    FloatVector s01 = FloatVector.fromArray(WIDE, sums, s + V);
    FloatVector s10 = FloatVector.fromArray(WIDE, sums, s + 2 * V);
    FloatVector s11 = FloatVector.fromArray(WIDE, sums, s + 3 * V);
    FloatVector s20 = FloatVector.fromArray(WIDE, sums, s + 4 * V);
    FloatVector s21 = FloatVector.fromArray(WIDE, sums, s + 5 * V);
    FloatVector s30 = FloatVector.fromArray(WIDE, sums, s + 6 * V);
    FloatVector s31 = FloatVector.fromArray(WIDE, sums, s + 7 * V);
    FloatVector s40 = FloatVector.fromArray(WIDE, sums, s + 8 * V);
    FloatVector s41 = FloatVector.fromArray(WIDE, sums, s + 9 * V);
    FloatVector s50 = FloatVector.fromArray(WIDE, sums, s + 10 * V);
    FloatVector s51 = FloatVector.fromArray(WIDE, sums, s + 11 * V);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.fromArray(WIDE, panel, p + 2 * V * k);
      FloatVector x1 = FloatVector.fromArray(WIDE, panel, p + 2 * V * k + V);
      FloatVector b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + k]));
      s00 = b.fma(x0, s00);
      s01 = b.fma(x1, s01);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + depth + k]));
      s10 = b.fma(x0, s10);
      s11 = b.fma(x1, s11);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + 2 * depth + k]));
      s20 = b.fma(x0, s20);
      s21 = b.fma(x1, s21);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + 3 * depth + k]));
      s30 = b.fma(x0, s30);
      s31 = b.fma(x1, s31);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + 4 * depth + k]));
      s40 = b.fma(x0, s40);
      s41 = b.fma(x1, s41);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, weights[w + 5 * depth + k]));
      s50 = b.fma(x0, s50);
      s51 = b.fma(x1, s51);
    }
    WIDE_FLOATS.cast(s00).intoArray(sums, s);
    WIDE_FLOATS.cast(s01).intoArray(sums, s + V);
    WIDE_FLOATS.cast(s10).intoArray(sums, s + 2 * V);
    WIDE_FLOATS.cast(s11).intoArray(sums, s + 3 * V);
    WIDE_FLOATS.cast(s20).intoArray(sums, s + 4 * V);
    WIDE_FLOATS.cast(s21).intoArray(sums, s + 5 * V);
    WIDE_FLOATS.cast(s30).intoArray(sums, s + 6 * V);
    WIDE_FLOATS.cast(s31).intoArray(sums, s + 7 * V);
    WIDE_FLOATS.cast(s40).intoArray(sums, s + 8 * V);
    WIDE_FLOATS.cast(s41).intoArray(sums, s + 9 * V);
    WIDE_FLOATS.cast(s50).intoArray(sums, s + 10 * V);
    WIDE_FLOATS.cast(s51).intoArray(sums, s + 11 * V);
  }

  /** 8 rows × 1 narrow vector: for the last columns, or the only ones. */
  static void eightByOne(float[] weights, int w, int depth, float[] panel, int p, float[] sums, int s) {
    FloatVector s00 = FloatVector.fromArray(NARROW, sums, s);
    FloatVector s10 = FloatVector.fromArray(NARROW, sums, s + N);
    FloatVector s20 = FloatVector.fromArray(NARROW, sums, s + 2 * N);
    FloatVector s30 = FloatVector.fromArray(NARROW, sums, s + 3 * N);
    FloatVector s40 = FloatVector.fromArray(NARROW, sums, s + 4 * N);
    FloatVector s50 = FloatVector.fromArray(NARROW, sums, s + 5 * N);
    FloatVector s60 = FloatVector.fromArray(NARROW, sums, s + 6 * N);
    FloatVector s70 = FloatVector.fromArray(NARROW, sums, s + 7 * N);
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = FloatVector.fromArray(NARROW, panel, p + N * k);
      FloatVector b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + k]));
      s00 = b.fma(x0, s00);
      b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + depth + k]));
      s10 = b.fma(x0, s10);
      b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + 2 * depth + k]));
      s20 = b.fma(x0, s20);
      b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + 3 * depth + k]));
      s30 = b.fma(x0, s30);
      b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + 4 * depth + k]));
      s40 = b.fma(x0, s40);
      b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + 5 * depth + k]));
      s50 = b.fma(x0, s50);
      b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + 6 * depth + k]));
      s60 = b.fma(x0, s60);
      b = FLOATS.cast(FloatVector.broadcast(NARROW, weights[w + 7 * depth + k]));
      s70 = b.fma(x0, s70);
    }
    FLOATS.cast(s00).intoArray(sums, s);
    FLOATS.cast(s10).intoArray(sums, s + N);
    FLOATS.cast(s20).intoArray(sums, s + 2 * N);
    FLOATS.cast(s30).intoArray(sums, s + 3 * N);
    FLOATS.cast(s40).intoArray(sums, s + 4 * N);
    FLOATS.cast(s50).intoArray(sums, s + 5 * N);
    FLOATS.cast(s60).intoArray(sums, s + 6 * N);
    FLOATS.cast(s70).intoArray(sums, s + 7 * N);
  }
}
