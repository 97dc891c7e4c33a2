package dev.quipu.ops;

import static dev.quipu.ops.Lanes.WIDE_FLOATS;
import static dev.quipu.ops.Lanes.WIDE_INTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * {@link Affine4Dot} for vectors of 16 words, whatever the size of a group: a shuffle gives each word the scale of its
 * group. Neighbouring rows go together, a {@link ReadAhead#STEP} of both at a time. Knows no threads.
 */
final class WideAffine4Dot {

  /** Words of a vector. */
  static final int V = 16;

  private static final int PIECE = ReadAhead.STEP / 2 / (4 * V); // vectors of each of two rows

  // the bits of code 0, 1 … of a word
  private static final IntVector CODE_0 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF);
  private static final IntVector CODE_1 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF0);
  private static final IntVector CODE_2 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF00);
  private static final IntVector CODE_3 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF000);
  private static final IntVector CODE_4 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF0000);
  private static final IntVector CODE_5 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF00000);
  private static final IntVector CODE_6 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF000000);

  // which scale each word takes, of those that are loaded: by the words of a group
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.fromOp(Lanes.WIDE, lane -> lane / 4);
  private static final VectorShuffle<Float> BY_8 = VectorShuffle.fromOp(Lanes.WIDE, lane -> lane / 8);
  private static final VectorShuffle<Float> ALL = VectorShuffle.fromOp(Lanes.WIDE, lane -> 0);

  private WideAffine4Dot() {}

  /** Groups of 4, 8 or 16 words. */
  static void once(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, float[] scales, int group,
      int groups, int words, float[] lanes, int to, ReadAhead ahead) {
    VectorShuffle<Float> spread = words == 4 ? BY_4 : words == 8 ? BY_8 : ALL;
    int up = Integer.numberOfTrailingZeros(Math.max(V / words, 1));
    for (int r = 0; r < rows; r += 2) {
      int next = Math.min(r + 1, rows - 1); // the last one of an odd number goes with itself
      long row0 = at + 4L * V * vectors * r;
      long row1 = at + 4L * V * vectors * next;
      int g0 = group + groups * r;
      int g1 = group + groups * next;
      for (int from = 0; from < vectors; from += PIECE) {
        ahead.from(row0 + 8L * V * from);
        FloatVector t0 = FloatVector.fromArray(Lanes.WIDE, lanes, to + V * r);
        FloatVector t1 = FloatVector.fromArray(Lanes.WIDE, lanes, to + V * next);
        int end = Math.min(from + PIECE, vectors);
        for (int i = from; i < end; i++) {
          int o = x + 8 * V * i;
          IntVector w0 = WIDE_INTS.cast(
              IntVector.fromMemorySegment(Lanes.WIDE_WORDS, packed, row0 + 4L * V * i, Lanes.ORDER));
          IntVector w1 = WIDE_INTS.cast(
              IntVector.fromMemorySegment(Lanes.WIDE_WORDS, packed, row1 + 4L * V * i, Lanes.ORDER));
          FloatVector y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o));
          FloatVector a0 = y.mul(WIDE_INTS.cast(w0.and(CODE_0)).convert(VectorOperators.I2F, 0));
          FloatVector a1 = y.mul(WIDE_INTS.cast(w1.and(CODE_0)).convert(VectorOperators.I2F, 0));
          y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + V));
          FloatVector b0 = y.mul(WIDE_INTS.cast(w0.and(CODE_1)).convert(VectorOperators.I2F, 0));
          FloatVector b1 = y.mul(WIDE_INTS.cast(w1.and(CODE_1)).convert(VectorOperators.I2F, 0));
          y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 2 * V));
          a0 = y.fma(WIDE_INTS.cast(w0.and(CODE_2)).convert(VectorOperators.I2F, 0), a0);
          a1 = y.fma(WIDE_INTS.cast(w1.and(CODE_2)).convert(VectorOperators.I2F, 0), a1);
          y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 3 * V));
          b0 = y.fma(WIDE_INTS.cast(w0.and(CODE_3)).convert(VectorOperators.I2F, 0), b0);
          b1 = y.fma(WIDE_INTS.cast(w1.and(CODE_3)).convert(VectorOperators.I2F, 0), b1);
          y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 4 * V));
          a0 = y.fma(WIDE_INTS.cast(w0.and(CODE_4)).convert(VectorOperators.I2F, 0), a0);
          a1 = y.fma(WIDE_INTS.cast(w1.and(CODE_4)).convert(VectorOperators.I2F, 0), a1);
          y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 5 * V));
          b0 = y.fma(WIDE_INTS.cast(w0.and(CODE_5)).convert(VectorOperators.I2F, 0), b0);
          b1 = y.fma(WIDE_INTS.cast(w1.and(CODE_5)).convert(VectorOperators.I2F, 0), b1);
          y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 6 * V));
          a0 = y.fma(WIDE_INTS.cast(w0.and(CODE_6)).convert(VectorOperators.I2F, 0), a0);
          a1 = y.fma(WIDE_INTS.cast(w1.and(CODE_6)).convert(VectorOperators.I2F, 0), a1);
          y = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 7 * V));
          b0 = y.fma(WIDE_INTS.cast(w0.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0), b0);
          b1 = y.fma(WIDE_INTS.cast(w1.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0), b1);
          FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, g0 + (i << up)));
          t0 = WIDE_FLOATS.cast(s.rearrange(spread)).fma(WIDE_FLOATS.cast(a0).add(b0), t0);
          s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, g1 + (i << up)));
          t1 = WIDE_FLOATS.cast(s.rearrange(spread)).fma(WIDE_FLOATS.cast(a1).add(b1), t1);
        }
        WIDE_FLOATS.cast(t0).intoArray(lanes, to + V * r);
        WIDE_FLOATS.cast(t1).intoArray(lanes, to + V * next);
      }
    }
  }

  /** {@link #once} for two rows of activations, with a row of weights at a time. */
  static void twice(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x0, int x1, float[] scales,
      int group, int groups, int words, float[] lanes, int to0, int to1, ReadAhead ahead) {
    VectorShuffle<Float> spread = words == 4 ? BY_4 : words == 8 ? BY_8 : ALL;
    int up = Integer.numberOfTrailingZeros(Math.max(V / words, 1));
    for (int r = 0; r < rows; r++) {
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int from = 0; from < vectors; from += 2 * PIECE) {
        ahead.from(row + 4L * V * from);
        FloatVector t0 = FloatVector.fromArray(Lanes.WIDE, lanes, to0 + V * r);
        FloatVector t1 = FloatVector.fromArray(Lanes.WIDE, lanes, to1 + V * r);
        int end = Math.min(from + 2 * PIECE, vectors);
        for (int i = from; i < end; i++) {
          int o0 = x0 + 8 * V * i;
          int o1 = x1 + 8 * V * i;
          IntVector w = WIDE_INTS.cast(
              IntVector.fromMemorySegment(Lanes.WIDE_WORDS, packed, row + 4L * V * i, Lanes.ORDER));
          FloatVector q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0));
          FloatVector a0 = q.mul(FloatVector.fromArray(Lanes.WIDE, planes, o0));
          FloatVector a1 = q.mul(FloatVector.fromArray(Lanes.WIDE, planes, o1));
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0));
          FloatVector b0 = q.mul(FloatVector.fromArray(Lanes.WIDE, planes, o0 + V));
          FloatVector b1 = q.mul(FloatVector.fromArray(Lanes.WIDE, planes, o1 + V));
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0));
          a0 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o0 + 2 * V), a0);
          a1 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o1 + 2 * V), a1);
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_3)).convert(VectorOperators.I2F, 0));
          b0 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o0 + 3 * V), b0);
          b1 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o1 + 3 * V), b1);
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_4)).convert(VectorOperators.I2F, 0));
          a0 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o0 + 4 * V), a0);
          a1 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o1 + 4 * V), a1);
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_5)).convert(VectorOperators.I2F, 0));
          b0 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o0 + 5 * V), b0);
          b1 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o1 + 5 * V), b1);
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_6)).convert(VectorOperators.I2F, 0));
          a0 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o0 + 6 * V), a0);
          a1 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o1 + 6 * V), a1);
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0));
          b0 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o0 + 7 * V), b0);
          b1 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o1 + 7 * V), b1);
          FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, g + (i << up)));
          s = WIDE_FLOATS.cast(s.rearrange(spread));
          t0 = s.fma(WIDE_FLOATS.cast(a0).add(b0), t0);
          t1 = s.fma(WIDE_FLOATS.cast(a1).add(b1), t1);
        }
        WIDE_FLOATS.cast(t0).intoArray(lanes, to0 + V * r);
        WIDE_FLOATS.cast(t1).intoArray(lanes, to1 + V * r);
      }
    }
  }
}
