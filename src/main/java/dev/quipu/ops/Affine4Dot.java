package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Rows of 4-bit codes times one or two rows of activations, turned into {@link WordPlanes}. Each row's sums are added
 * to its {@link RowLanes}; a row of activations has the numbers it has with any other beside it. Knows no threads.
 */
final class Affine4Dot {

  private static final int V = Lanes.ROW.length();

  // the bits of code 0, 1 … of a word
  private static final IntVector CODE_0 = IntVector.broadcast(Lanes.WORDS, 0xF);
  private static final IntVector CODE_1 = IntVector.broadcast(Lanes.WORDS, 0xF0);
  private static final IntVector CODE_2 = IntVector.broadcast(Lanes.WORDS, 0xF00);
  private static final IntVector CODE_3 = IntVector.broadcast(Lanes.WORDS, 0xF000);
  private static final IntVector CODE_4 = IntVector.broadcast(Lanes.WORDS, 0xF0000);
  private static final IntVector CODE_5 = IntVector.broadcast(Lanes.WORDS, 0xF00000);
  private static final IntVector CODE_6 = IntVector.broadcast(Lanes.WORDS, 0xF000000);
  private static final VectorShuffle<Float> PAIR =
      VectorShuffle.fromOp(Lanes.ROW, lane -> lane / 4); // a group of 32 is four words

  private Affine4Dot() {}

  /** Groups of 1, 2, 4 … vectors: {@code 1 << shift}. */
  static void whole(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, float[] scales, int group,
      int groups, int shift, float[] lanes, int to) {
    for (int r = 0; r < rows; r++) {
      FloatVector t = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        int o = x + 8 * V * i;
        FloatVector q = FLOATS.cast(INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0));
        FloatVector a = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o));
        q = FLOATS.cast(INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0));
        FloatVector b = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o + V));
        q = FLOATS.cast(INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V), a);
        q = FLOATS.cast(INTS.cast(w.and(CODE_3)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V), b);
        q = FLOATS.cast(INTS.cast(w.and(CODE_4)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V), a);
        q = FLOATS.cast(INTS.cast(w.and(CODE_5)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V), b);
        q = FLOATS.cast(INTS.cast(w.and(CODE_6)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V), a);
        q = FLOATS.cast(INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V), b);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g + (i >> shift)]));
        t = s.fma(FLOATS.cast(a).add(b), t);
      }
      FLOATS.cast(t).intoArray(lanes, to + V * r);
    }
  }

  /** {@link #whole} by two rows at a time, which share the activations: for 32 registers. */
  static void wholePairs(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, float[] scales, int group,
      int groups, int shift, float[] lanes, int to) {
    int half = (rows + 1) / 2;
    for (int r = 0; r < half; r++) {
      int next = r + half < rows ? r + half : r; // the middle one of an odd number goes with itself
      FloatVector t0 = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row0 = at + 4L * V * vectors * r;
      int g0 = group + groups * r;
      FloatVector t1 = FloatVector.fromArray(Lanes.ROW, lanes, to + V * next);
      long row1 = at + 4L * V * vectors * next;
      int g1 = group + groups * next;
      for (int i = 0; i < vectors; i++) {
        int o = x + 8 * V * i;
        IntVector w0 = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row0 + 4L * V * i, Lanes.ORDER));
        IntVector w1 = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row1 + 4L * V * i, Lanes.ORDER));
        FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o));
        FloatVector a0 = y.mul(INTS.cast(w0.and(CODE_0)).convert(VectorOperators.I2F, 0));
        FloatVector a1 = y.mul(INTS.cast(w1.and(CODE_0)).convert(VectorOperators.I2F, 0));
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + V));
        FloatVector b0 = y.mul(INTS.cast(w0.and(CODE_1)).convert(VectorOperators.I2F, 0));
        FloatVector b1 = y.mul(INTS.cast(w1.and(CODE_1)).convert(VectorOperators.I2F, 0));
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_2)).convert(VectorOperators.I2F, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_2)).convert(VectorOperators.I2F, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V));
        b0 = y.fma(INTS.cast(w0.and(CODE_3)).convert(VectorOperators.I2F, 0), b0);
        b1 = y.fma(INTS.cast(w1.and(CODE_3)).convert(VectorOperators.I2F, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_4)).convert(VectorOperators.I2F, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_4)).convert(VectorOperators.I2F, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V));
        b0 = y.fma(INTS.cast(w0.and(CODE_5)).convert(VectorOperators.I2F, 0), b0);
        b1 = y.fma(INTS.cast(w1.and(CODE_5)).convert(VectorOperators.I2F, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_6)).convert(VectorOperators.I2F, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_6)).convert(VectorOperators.I2F, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V));
        b0 = y.fma(INTS.cast(w0.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0), b0);
        b1 = y.fma(INTS.cast(w1.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0), b1);
        t0 = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g0 + (i >> shift)])).fma(FLOATS.cast(a0).add(b0), t0);
        t1 = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g1 + (i >> shift)])).fma(FLOATS.cast(a1).add(b1), t1);
      }
      FLOATS.cast(t0).intoArray(lanes, to + V * r);
      FLOATS.cast(t1).intoArray(lanes, to + V * next);
    }
  }

  /** {@link #whole} for two rows of activations. */
  static void wholeTwice(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x0, int x1, float[] scales,
      int group, int groups, int shift, float[] lanes, int to0, int to1) {
    for (int r = 0; r < rows; r++) {
      FloatVector t0 = FloatVector.fromArray(Lanes.ROW, lanes, to0 + V * r);
      FloatVector t1 = FloatVector.fromArray(Lanes.ROW, lanes, to1 + V * r);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        int o0 = x0 + 8 * V * i;
        int o1 = x1 + 8 * V * i;
        FloatVector q = FLOATS.cast(INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0));
        FloatVector a0 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o0));
        FloatVector a1 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o1));
        q = FLOATS.cast(INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0));
        FloatVector b0 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o0 + V));
        FloatVector b1 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o1 + V));
        q = FLOATS.cast(INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 2 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 2 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_3)).convert(VectorOperators.I2F, 0));
        b0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 3 * V), b0);
        b1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 3 * V), b1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_4)).convert(VectorOperators.I2F, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 4 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 4 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_5)).convert(VectorOperators.I2F, 0));
        b0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 5 * V), b0);
        b1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 5 * V), b1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_6)).convert(VectorOperators.I2F, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 6 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 6 * V), a1);
        q = FLOATS.cast(INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0));
        b0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 7 * V), b0);
        b1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 7 * V), b1);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g + (i >> shift)]));
        t0 = s.fma(FLOATS.cast(a0).add(b0), t0);
        t1 = s.fma(FLOATS.cast(a1).add(b1), t1);
      }
      FLOATS.cast(t0).intoArray(lanes, to0 + V * r);
      FLOATS.cast(t1).intoArray(lanes, to1 + V * r);
    }
  }

  /** Groups of four words, where a vector has eight: two scales a vector. */
  static void spread(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, float[] scales, int group,
      int groups, float[] lanes, int to) {
    for (int r = 0; r < rows; r++) {
      FloatVector t = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        int o = x + 8 * V * i;
        FloatVector q = FLOATS.cast(INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0));
        FloatVector a = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o));
        q = FLOATS.cast(INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0));
        FloatVector b = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o + V));
        q = FLOATS.cast(INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V), a);
        q = FLOATS.cast(INTS.cast(w.and(CODE_3)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V), b);
        q = FLOATS.cast(INTS.cast(w.and(CODE_4)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V), a);
        q = FLOATS.cast(INTS.cast(w.and(CODE_5)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V), b);
        q = FLOATS.cast(INTS.cast(w.and(CODE_6)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V), a);
        q = FLOATS.cast(INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V), b);
        FloatVector s = FLOATS.cast(FLOATS.cast(FloatVector.fromArray(Lanes.ROW, scales, g + 2 * i)).rearrange(PAIR));
        t = s.fma(FLOATS.cast(a).add(b), t);
      }
      FLOATS.cast(t).intoArray(lanes, to + V * r);
    }
  }

  /** {@link #spread} for two rows of activations. */
  static void spreadTwice(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x0, int x1, float[] scales,
      int group, int groups, float[] lanes, int to0, int to1) {
    for (int r = 0; r < rows; r++) {
      FloatVector t0 = FloatVector.fromArray(Lanes.ROW, lanes, to0 + V * r);
      FloatVector t1 = FloatVector.fromArray(Lanes.ROW, lanes, to1 + V * r);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        int o0 = x0 + 8 * V * i;
        int o1 = x1 + 8 * V * i;
        FloatVector q = FLOATS.cast(INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0));
        FloatVector a0 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o0));
        FloatVector a1 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o1));
        q = FLOATS.cast(INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0));
        FloatVector b0 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o0 + V));
        FloatVector b1 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o1 + V));
        q = FLOATS.cast(INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 2 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 2 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_3)).convert(VectorOperators.I2F, 0));
        b0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 3 * V), b0);
        b1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 3 * V), b1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_4)).convert(VectorOperators.I2F, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 4 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 4 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_5)).convert(VectorOperators.I2F, 0));
        b0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 5 * V), b0);
        b1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 5 * V), b1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_6)).convert(VectorOperators.I2F, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 6 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 6 * V), a1);
        q = FLOATS.cast(INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0));
        b0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 7 * V), b0);
        b1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 7 * V), b1);
        FloatVector s = FLOATS.cast(FLOATS.cast(FloatVector.fromArray(Lanes.ROW, scales, g + 2 * i)).rearrange(PAIR));
        t0 = s.fma(FLOATS.cast(a0).add(b0), t0);
        t1 = s.fma(FLOATS.cast(a1).add(b1), t1);
      }
      FLOATS.cast(t0).intoArray(lanes, to0 + V * r);
      FLOATS.cast(t1).intoArray(lanes, to1 + V * r);
    }
  }
}
