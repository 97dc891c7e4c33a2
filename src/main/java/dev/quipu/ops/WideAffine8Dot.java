package dev.quipu.ops;

import static dev.quipu.ops.Lanes.WIDE_FLOATS;
import static dev.quipu.ops.Lanes.WIDE_INTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * {@link Affine8Dot} for vectors of 16 words, whatever the size of a group: a shuffle gives each word the scale of its
 * group. Neighbouring rows go together, a {@link ReadAhead#STEP} of both at a time. Knows no threads.
 */
final class WideAffine8Dot {

  /** Words of a vector. */
  static final int V = 16;

  private static final int PIECE = ReadAhead.STEP / 2 / (4 * V); // vectors of each of two rows

  // the bits of code 0, 1 … of a word
  private static final IntVector CODE_0 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xFF);
  private static final IntVector CODE_1 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xFF00);
  private static final IntVector CODE_2 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xFF0000);

  // which scale each word takes, of those that are loaded: by the words of a group
  private static final VectorShuffle<Float> BY_8 = VectorShuffle.fromOp(Lanes.WIDE, lane -> lane / 8);
  private static final VectorShuffle<Float> ALL = VectorShuffle.fromOp(Lanes.WIDE, lane -> 0);

  private WideAffine8Dot() {}

  /** Groups of 8, 16 or 32 words. */
  static void once(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int x, float[] scales, int group,
      int groups, int words, float[] lanes, int to, ReadAhead ahead) {
    VectorShuffle<Float> spread = words == 8 ? BY_8 : ALL;
    int up = words == 8 ? 1 : 0;
    int down = words == 32 ? 1 : 0;
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
          int o = x + 4 * V * i;
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
          b0 = y.fma(WIDE_INTS.cast(w0.lanewise(VectorOperators.LSHR, 24)).convert(VectorOperators.I2F, 0), b0);
          b1 = y.fma(WIDE_INTS.cast(w1.lanewise(VectorOperators.LSHR, 24)).convert(VectorOperators.I2F, 0), b1);
          FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, g0 + (i << up >> down)));
          t0 = WIDE_FLOATS.cast(s.rearrange(spread)).fma(WIDE_FLOATS.cast(a0).add(b0), t0);
          s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, g1 + (i << up >> down)));
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
    VectorShuffle<Float> spread = words == 8 ? BY_8 : ALL;
    int up = words == 8 ? 1 : 0;
    int down = words == 32 ? 1 : 0;
    for (int r = 0; r < rows; r++) {
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int from = 0; from < vectors; from += 2 * PIECE) {
        ahead.from(row + 4L * V * from);
        FloatVector t0 = FloatVector.fromArray(Lanes.WIDE, lanes, to0 + V * r);
        FloatVector t1 = FloatVector.fromArray(Lanes.WIDE, lanes, to1 + V * r);
        int end = Math.min(from + 2 * PIECE, vectors);
        for (int i = from; i < end; i++) {
          int o0 = x0 + 4 * V * i;
          int o1 = x1 + 4 * V * i;
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
          q = WIDE_FLOATS.cast(WIDE_INTS.cast(w.lanewise(VectorOperators.LSHR, 24)).convert(VectorOperators.I2F, 0));
          b0 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o0 + 3 * V), b0);
          b1 = q.fma(FloatVector.fromArray(Lanes.WIDE, planes, o1 + 3 * V), b1);
          FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, g + (i << up >> down)));
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
