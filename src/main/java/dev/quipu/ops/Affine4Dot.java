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
      int groups, int shift, float[] lanes, int to, ReadAhead ahead) {
    for (int r = 0; r < rows; r++) {
      FloatVector t = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * V * vectors * r;
      ahead.from(row);
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
      int groups, float[] lanes, int to, ReadAhead ahead) {
    for (int r = 0; r < rows; r++) {
      FloatVector t = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * V * vectors * r;
      ahead.from(row);
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
