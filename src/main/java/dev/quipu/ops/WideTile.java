package dev.quipu.ops;

import static dev.quipu.ops.Lanes.WIDE_FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link WideRows}: a tile of tokens × weight rows stays in registers while k runs, one activation
 * broadcast against two vectors of weights. Each sum is one chain of fused multiply-adds in the order of k, as in {@link
 * PromptTile}.
 *
 * <p>The panel has the weights of {@link WidePanels#ROWS} rows side by side for one k after the other, on a boundary of vectors:
 * a vector across two cache lines is read twice. Activations of a tile's tokens lie side by side, too; sums are [tokens,
 * ROWS], read and written.
 */
final class WideTile {

  /** Tokens of a tile: 16 sums, and what they are made of, leave no processor waiting. */
  static final int TOKENS = 8;

  private static final VectorSpecies<Float> WIDE = Lanes.WIDE;
  private static final MemorySegment PANELS = WidePanels.ALL;
  private static final int V = WIDE.length();
  private static final long BYTES = WIDE.vectorByteSize();

  private WideTile() {}

  /** 8 tokens × 2 vectors of rows. */
  static void eightByTwo(float[] x, int at, int depth, long panel, float[] sums, int s) {
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
    FloatVector s60 = FloatVector.fromArray(WIDE, sums, s + 12 * V);
    FloatVector s61 = FloatVector.fromArray(WIDE, sums, s + 13 * V);
    FloatVector s70 = FloatVector.fromArray(WIDE, sums, s + 14 * V);
    FloatVector s71 = FloatVector.fromArray(WIDE, sums, s + 15 * V);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromMemorySegment(WIDE, PANELS, panel + 2 * BYTES * k, Lanes.ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(WIDE, PANELS, panel + 2 * BYTES * k + BYTES, Lanes.ORDER);
      FloatVector b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k]));
      s00 = b.fma(w0, s00);
      s01 = b.fma(w1, s01);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k + 1]));
      s10 = b.fma(w0, s10);
      s11 = b.fma(w1, s11);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k + 2]));
      s20 = b.fma(w0, s20);
      s21 = b.fma(w1, s21);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k + 3]));
      s30 = b.fma(w0, s30);
      s31 = b.fma(w1, s31);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k + 4]));
      s40 = b.fma(w0, s40);
      s41 = b.fma(w1, s41);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k + 5]));
      s50 = b.fma(w0, s50);
      s51 = b.fma(w1, s51);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k + 6]));
      s60 = b.fma(w0, s60);
      s61 = b.fma(w1, s61);
      b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + 8 * k + 7]));
      s70 = b.fma(w0, s70);
      s71 = b.fma(w1, s71);
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
    WIDE_FLOATS.cast(s60).intoArray(sums, s + 12 * V);
    WIDE_FLOATS.cast(s61).intoArray(sums, s + 13 * V);
    WIDE_FLOATS.cast(s70).intoArray(sums, s + 14 * V);
    WIDE_FLOATS.cast(s71).intoArray(sums, s + 15 * V);
  }

  /** The last token, or the only one. */
  static void oneByTwo(float[] x, int at, int depth, long panel, float[] sums, int s) {
    FloatVector s0 = FloatVector.fromArray(WIDE, sums, s);
    FloatVector s1 = FloatVector.fromArray(WIDE, sums, s + V);
    for (int k = 0; k < depth; k++) {
      FloatVector b = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, x[at + k]));
      s0 = b.fma(FloatVector.fromMemorySegment(WIDE, PANELS, panel + 2 * BYTES * k, Lanes.ORDER), s0);
      s1 = b.fma(FloatVector.fromMemorySegment(WIDE, PANELS, panel + 2 * BYTES * k + BYTES, Lanes.ORDER), s1);
    }
    WIDE_FLOATS.cast(s0).intoArray(sums, s);
    WIDE_FLOATS.cast(s1).intoArray(sums, s + V);
  }

  /** out[to + t · cols …] = sums of token t + bias: a panel's rows of the weight. */
  static void store(float[] sums, int from, int tokens, float[] bias, int at, float[] out, int to, int cols) {
    FloatVector b0 = FloatVector.fromArray(WIDE, bias, at);
    FloatVector b1 = FloatVector.fromArray(WIDE, bias, at + V);
    for (int t = 0; t < tokens; t++) {
      FloatVector s0 = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, sums, from + 2 * V * t));
      FloatVector s1 = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, sums, from + 2 * V * t + V));
      WIDE_FLOATS.cast(s0.add(b0)).intoArray(out, to + cols * t);
      WIDE_FLOATS.cast(s1.add(b1)).intoArray(out, to + cols * t + V);
    }
  }
}
