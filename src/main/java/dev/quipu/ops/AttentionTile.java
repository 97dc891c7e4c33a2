package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.WIDE_FLOATS;

import dev.quipu.tensor.KvCache;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loop of attention: some rows times a strip of {@link KvCache}, which is both the scores of neighbouring
 * keys (rows of q, summed over channels) and neighbouring channels of the values' mix (rows of weights, summed over
 * positions). Each sum is one chain of fused multiply-adds, so that its value is the same in every tile and at every
 * width. Knows neither.
 */
final class AttentionTile {

  private static final VectorSpecies<Float> ROW = Lanes.ROW;
  private static final VectorSpecies<Float> WIDE = Lanes.WIDE;
  private static final int V = ROW.length();
  private static final int COLUMNS = KvCache.STRIP;

  /** Rows of a tile: what leaves the other registers for a row of the strip and a number to multiply it with. */
  static final int ROWS = V == 8 ? 6 : 4;

  /** Whether a vector is as wide as a strip, so that it takes two strips to fill the registers. */
  static final boolean PAIRS = WIDE.length() == COLUMNS;

  private AttentionTile() {}

  /**
   * out[to + r·outStride + c] = Σ a[at + r·stride + k] · b[from + 16 k + c] over k < depth, for {@link #ROWS} rows and
   * the columns of a strip.
   */
  static void multiply(
      float[] a, int at, int stride, int depth, float[] b, int from, float[] out, int to, int outStride) {
    if (V == 8) {
      sixByTwo(a, at, stride, depth, b, from, out, to, outStride);
    } else {
      fourByFour(a, at, stride, depth, b, from, out, to, outStride);
    }
  }

  /** 6 rows × 2 vectors. */
  private static void sixByTwo(
      float[] a, int at, int stride, int depth, float[] b, int from, float[] out, int to, int outStride) {
    FloatVector s00 = FloatVector.zero(ROW);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(ROW, b, from + COLUMNS * k);
      FloatVector b1 = FloatVector.fromArray(ROW, b, from + COLUMNS * k + V);
      FloatVector x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + k]));
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + stride + k]));
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + 2 * stride + k]));
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + 3 * stride + k]));
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + 4 * stride + k]));
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + 5 * stride + k]));
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
    }
    FLOATS.cast(s00).intoArray(out, to);
    FLOATS.cast(s01).intoArray(out, to + V);
    FLOATS.cast(s10).intoArray(out, to + outStride);
    FLOATS.cast(s11).intoArray(out, to + outStride + V);
    FLOATS.cast(s20).intoArray(out, to + 2 * outStride);
    FLOATS.cast(s21).intoArray(out, to + 2 * outStride + V);
    FLOATS.cast(s30).intoArray(out, to + 3 * outStride);
    FLOATS.cast(s31).intoArray(out, to + 3 * outStride + V);
    FLOATS.cast(s40).intoArray(out, to + 4 * outStride);
    FLOATS.cast(s41).intoArray(out, to + 4 * outStride + V);
    FLOATS.cast(s50).intoArray(out, to + 5 * outStride);
    FLOATS.cast(s51).intoArray(out, to + 5 * outStride + V);
  }

  /**
   * {@link #multiply} with two strips, {@code apart} floats apart, whose columns become neighbours: 6 rows × 2 vectors of
   * 512 bits. For {@link #PAIRS} alone.
   */
  static void multiplyPair(
      float[] a, int at, int stride, int depth, float[] b, int from, int apart, float[] out, int to, int outStride) {
    FloatVector s00 = FloatVector.zero(WIDE);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(WIDE, b, from + COLUMNS * k);
      FloatVector b1 = FloatVector.fromArray(WIDE, b, from + apart + COLUMNS * k);
      FloatVector x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, a[at + k]));
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, a[at + stride + k]));
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, a[at + 2 * stride + k]));
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, a[at + 3 * stride + k]));
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, a[at + 4 * stride + k]));
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, a[at + 5 * stride + k]));
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
    }
    WIDE_FLOATS.cast(s00).intoArray(out, to);
    WIDE_FLOATS.cast(s01).intoArray(out, to + COLUMNS);
    WIDE_FLOATS.cast(s10).intoArray(out, to + outStride);
    WIDE_FLOATS.cast(s11).intoArray(out, to + outStride + COLUMNS);
    WIDE_FLOATS.cast(s20).intoArray(out, to + 2 * outStride);
    WIDE_FLOATS.cast(s21).intoArray(out, to + 2 * outStride + COLUMNS);
    WIDE_FLOATS.cast(s30).intoArray(out, to + 3 * outStride);
    WIDE_FLOATS.cast(s31).intoArray(out, to + 3 * outStride + COLUMNS);
    WIDE_FLOATS.cast(s40).intoArray(out, to + 4 * outStride);
    WIDE_FLOATS.cast(s41).intoArray(out, to + 4 * outStride + COLUMNS);
    WIDE_FLOATS.cast(s50).intoArray(out, to + 5 * outStride);
    WIDE_FLOATS.cast(s51).intoArray(out, to + 5 * outStride + COLUMNS);
  }

  /** 4 rows × 4 vectors. */
  private static void fourByFour(
      float[] a, int at, int stride, int depth, float[] b, int from, float[] out, int to, int outStride) {
    FloatVector s00 = FloatVector.zero(ROW);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(ROW, b, from + COLUMNS * k);
      FloatVector b1 = FloatVector.fromArray(ROW, b, from + COLUMNS * k + V);
      FloatVector b2 = FloatVector.fromArray(ROW, b, from + COLUMNS * k + 2 * V);
      FloatVector b3 = FloatVector.fromArray(ROW, b, from + COLUMNS * k + 3 * V);
      FloatVector x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + k]));
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + stride + k]));
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      s13 = x.fma(b3, s13);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + 2 * stride + k]));
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      s23 = x.fma(b3, s23);
      x = FLOATS.cast(FloatVector.broadcast(ROW, a[at + 3 * stride + k]));
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
      s33 = x.fma(b3, s33);
    }
    FLOATS.cast(s00).intoArray(out, to);
    FLOATS.cast(s01).intoArray(out, to + V);
    FLOATS.cast(s02).intoArray(out, to + 2 * V);
    FLOATS.cast(s03).intoArray(out, to + 3 * V);
    FLOATS.cast(s10).intoArray(out, to + outStride);
    FLOATS.cast(s11).intoArray(out, to + outStride + V);
    FLOATS.cast(s12).intoArray(out, to + outStride + 2 * V);
    FLOATS.cast(s13).intoArray(out, to + outStride + 3 * V);
    FLOATS.cast(s20).intoArray(out, to + 2 * outStride);
    FLOATS.cast(s21).intoArray(out, to + 2 * outStride + V);
    FLOATS.cast(s22).intoArray(out, to + 2 * outStride + 2 * V);
    FLOATS.cast(s23).intoArray(out, to + 2 * outStride + 3 * V);
    FLOATS.cast(s30).intoArray(out, to + 3 * outStride);
    FLOATS.cast(s31).intoArray(out, to + 3 * outStride + V);
    FLOATS.cast(s32).intoArray(out, to + 3 * outStride + 2 * V);
    FLOATS.cast(s33).intoArray(out, to + 3 * outStride + 3 * V);
  }

  /** {@link #multiply} in plain Java, to the last bit. */
  static void multiplyCold(
      float[] a, int at, int stride, int depth, float[] b, int from, float[] out, int to, int outStride) {
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum = Math.fma(a[at + r * stride + k], b[from + COLUMNS * k + c], sum);
        }
        out[to + r * outStride + c] = sum;
      }
    }
  }
}
