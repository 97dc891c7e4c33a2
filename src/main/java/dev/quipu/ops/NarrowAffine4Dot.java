package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Rows of 4-bit codes times one, two or four rows of activations, turned into {@link WordPlanes}, in vectors of 128
 * bits: what NEON has, with 32 registers, where each operand is loaded by an instruction of its own. Each row's sums
 * are added to its {@link RowLanes}; a row of activations has the numbers it has with any others beside it: a chain of
 * sums for each vector of words, times its scale. Knows no threads.
 */
final class NarrowAffine4Dot {

  private static final int V = Lanes.ROW.length();

  // the bits of code 0, 1 … of a word
  private static final IntVector CODE_0 = IntVector.broadcast(Lanes.WORDS, 0xF);
  private static final IntVector CODE_1 = IntVector.broadcast(Lanes.WORDS, 0xF0);
  private static final IntVector CODE_2 = IntVector.broadcast(Lanes.WORDS, 0xF00);
  private static final IntVector CODE_3 = IntVector.broadcast(Lanes.WORDS, 0xF000);
  private static final IntVector CODE_4 = IntVector.broadcast(Lanes.WORDS, 0xF0000);
  private static final IntVector CODE_5 = IntVector.broadcast(Lanes.WORDS, 0xF00000);
  private static final IntVector CODE_6 = IntVector.broadcast(Lanes.WORDS, 0xF000000);

  private NarrowAffine4Dot() {}

  /** Groups of two vectors: two rows of weights at a time, which share the activations. */
  static void whole(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, float[] scales, int group,
      int groups, float[] lanes, int to) {
    int half = (rows + 1) / 2;
    for (int r = 0; r < half; r++) {
      int next = r + half < rows ? r + half : r; // the middle one of an odd number goes with itself
      FloatVector t0 = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row0 = at + 4L * V * vectors * r;
      int g0 = group + groups * r;
      FloatVector t1 = FloatVector.fromArray(Lanes.ROW, lanes, to + V * next);
      long row1 = at + 4L * V * vectors * next;
      int g1 = group + groups * next;
      for (int i = 0; i < vectors / 2; i++) {
        int o = x + 16 * V * i;
        long p0 = row0 + 8L * V * i;
        long p1 = row1 + 8L * V * i;
        IntVector w0 = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, p0, Lanes.ORDER));
        IntVector w1 = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, p1, Lanes.ORDER));
        IntVector v0 = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, p0 + 4 * V, Lanes.ORDER));
        IntVector v1 = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, p1 + 4 * V, Lanes.ORDER));
        FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o));
        FloatVector a0 = y.mul(INTS.cast(w0.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        FloatVector a1 = y.mul(INTS.cast(w1.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 8 * V));
        FloatVector b0 = y.mul(INTS.cast(v0.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        FloatVector b1 = y.mul(INTS.cast(v1.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + V));
        a0 = y.fma(INTS.cast(w0.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 9 * V));
        b0 = y.fma(INTS.cast(v0.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0), b0);
        b1 = y.fma(INTS.cast(v1.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 10 * V));
        b0 = y.fma(INTS.cast(v0.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0), b0);
        b1 = y.fma(INTS.cast(v1.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 11 * V));
        b0 = y.fma(INTS.cast(v0.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0), b0);
        b1 = y.fma(INTS.cast(v1.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 12 * V));
        b0 = y.fma(INTS.cast(v0.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0), b0);
        b1 = y.fma(INTS.cast(v1.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 13 * V));
        b0 = y.fma(INTS.cast(v0.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0), b0);
        b1 = y.fma(INTS.cast(v1.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 14 * V));
        b0 = y.fma(INTS.cast(v0.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0), b0);
        b1 = y.fma(INTS.cast(v1.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0), b1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V));
        a0 = y.fma(INTS.cast(w0.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 15 * V));
        b0 = y.fma(INTS.cast(v0.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0), b0);
        b1 = y.fma(INTS.cast(v1.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0), b1);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g0 + i]));
        t0 = s.fma(b0, s.fma(a0, t0));
        s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g1 + i]));
        t1 = s.fma(b1, s.fma(a1, t1));
      }
      FLOATS.cast(t0).intoArray(lanes, to + V * r);
      FLOATS.cast(t1).intoArray(lanes, to + V * next);
    }
  }

  /** Groups of one vector: {@link #whole} by one vector of a row at a time. */
  static void single(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, float[] scales, int group,
      int groups, float[] lanes, int to) {
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
        FloatVector a0 = y.mul(INTS.cast(w0.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        FloatVector a1 = y.mul(INTS.cast(w1.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + V));
        a0 = y.fma(INTS.cast(w0.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V));
        a0 = y.fma(INTS.cast(w0.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0), a1);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V));
        a0 = y.fma(INTS.cast(w0.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0), a0);
        a1 = y.fma(INTS.cast(w1.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0), a1);
        t0 = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g0 + i])).fma(a0, t0);
        t1 = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g1 + i])).fma(a1, t1);
      }
      FLOATS.cast(t0).intoArray(lanes, to + V * r);
      FLOATS.cast(t1).intoArray(lanes, to + V * next);
    }
  }

  /**
   * Two rows of activations, the second {@code stride} further on, and its sums {@code next} further on; groups of
   * 1, 2, 4 … vectors: {@code 1 << shift}.
   */
  static void two(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, int stride, float[] scales,
      int group, int groups, int shift, float[] lanes, int to, int next) {
    for (int r = 0; r < rows; r++) {
      int l = to + V * r;
      FloatVector t0 = FloatVector.fromArray(Lanes.ROW, lanes, l);
      FloatVector t1 = FloatVector.fromArray(Lanes.ROW, lanes, l + next);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        int o0 = x + 8 * V * i;
        int o1 = x + stride + 8 * V * i;
        FloatVector q = FLOATS.cast(INTS.cast(w.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        FloatVector a0 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o0));
        FloatVector a1 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o1));
        q = FLOATS.cast(INTS.cast(w.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 2 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 2 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 3 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 3 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 4 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 4 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 5 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 5 * V), a1);
        q = FLOATS.cast(INTS.cast(w.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 6 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 6 * V), a1);
        q = FLOATS.cast(INTS.cast(w.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 7 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 7 * V), a1);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g + (i >> shift)]));
        t0 = s.fma(a0, t0);
        t1 = s.fma(a1, t1);
      }
      FLOATS.cast(t0).intoArray(lanes, l);
      FLOATS.cast(t1).intoArray(lanes, l + next);
    }
  }

  /** {@link #two} for four rows of activations. */
  static void four(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, int stride, float[] scales,
      int group, int groups, int shift, float[] lanes, int to, int next) {
    for (int r = 0; r < rows; r++) {
      int l = to + V * r;
      FloatVector t0 = FloatVector.fromArray(Lanes.ROW, lanes, l);
      FloatVector t1 = FloatVector.fromArray(Lanes.ROW, lanes, l + next);
      FloatVector t2 = FloatVector.fromArray(Lanes.ROW, lanes, l + 2 * next);
      FloatVector t3 = FloatVector.fromArray(Lanes.ROW, lanes, l + 3 * next);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        int o0 = x + 8 * V * i;
        int o1 = x + stride + 8 * V * i;
        int o2 = x + 2 * stride + 8 * V * i;
        int o3 = x + 3 * stride + 8 * V * i;
        FloatVector q = FLOATS.cast(INTS.cast(w.and(CODE_0)).convertShape(I2F, Lanes.ROW, 0));
        FloatVector a0 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o0));
        FloatVector a1 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o1));
        FloatVector a2 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o2));
        FloatVector a3 = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o3));
        q = FLOATS.cast(INTS.cast(w.and(CODE_1)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + V), a1);
        a2 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o2 + V), a2);
        a3 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o3 + V), a3);
        q = FLOATS.cast(INTS.cast(w.and(CODE_2)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 2 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 2 * V), a1);
        a2 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o2 + 2 * V), a2);
        a3 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o3 + 2 * V), a3);
        q = FLOATS.cast(INTS.cast(w.and(CODE_3)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 3 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 3 * V), a1);
        a2 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o2 + 3 * V), a2);
        a3 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o3 + 3 * V), a3);
        q = FLOATS.cast(INTS.cast(w.and(CODE_4)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 4 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 4 * V), a1);
        a2 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o2 + 4 * V), a2);
        a3 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o3 + 4 * V), a3);
        q = FLOATS.cast(INTS.cast(w.and(CODE_5)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 5 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 5 * V), a1);
        a2 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o2 + 5 * V), a2);
        a3 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o3 + 5 * V), a3);
        q = FLOATS.cast(INTS.cast(w.and(CODE_6)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 6 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 6 * V), a1);
        a2 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o2 + 6 * V), a2);
        a3 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o3 + 6 * V), a3);
        q = FLOATS.cast(INTS.cast(w.lanewise(LSHR, 28)).convertShape(I2F, Lanes.ROW, 0));
        a0 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o0 + 7 * V), a0);
        a1 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o1 + 7 * V), a1);
        a2 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o2 + 7 * V), a2);
        a3 = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o3 + 7 * V), a3);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g + (i >> shift)]));
        t0 = s.fma(a0, t0);
        t1 = s.fma(a1, t1);
        t2 = s.fma(a2, t2);
        t3 = s.fma(a3, t3);
      }
      FLOATS.cast(t0).intoArray(lanes, l);
      FLOATS.cast(t1).intoArray(lanes, l + next);
      FLOATS.cast(t2).intoArray(lanes, l + 2 * next);
      FLOATS.cast(t3).intoArray(lanes, l + 3 * next);
    }
  }
}
