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
 * group. Goes along {@link #STREAMS} rows side by side; one row of activations stays in registers. Knows no
 * threads.
 */
final class WideAffine4Dot {

  /** Words of a vector. */
  static final int V = 16;

  /** Rows that are read side by side: each is a stream of its own to the processor, if they lie a page apart. */
  private static final int STREAMS = 8;

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
      int groups, int words, float[] lanes, int to) {
    VectorShuffle<Float> spread = words == 4 ? BY_4 : words == 8 ? BY_8 : ALL;
    int up = Integer.numberOfTrailingZeros(Math.max(V / words, 1));
    int gap = Math.ceilDiv(rows, STREAMS);
    for (int first = 0; first < gap; first++) {
      for (int i = 0; i < vectors; i++) {
        long column = at + 4L * V * i;
        int o = x + 8 * V * i;
        FloatVector y0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o));
        FloatVector y1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + V));
        FloatVector y2 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 2 * V));
        FloatVector y3 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 3 * V));
        FloatVector y4 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 4 * V));
        FloatVector y5 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 5 * V));
        FloatVector y6 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 6 * V));
        FloatVector y7 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 7 * V));
        for (int r = first; r < rows; r += gap) {
          IntVector w = WIDE_INTS.cast(
              IntVector.fromMemorySegment(Lanes.WIDE_WORDS, packed, column + 4L * V * vectors * r, Lanes.ORDER));
          FloatVector a = y0.mul(WIDE_INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0));
          FloatVector b = y1.mul(WIDE_INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0));
          a = y2.fma(WIDE_INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0), a);
          b = y3.fma(WIDE_INTS.cast(w.and(CODE_3)).convert(VectorOperators.I2F, 0), b);
          a = y4.fma(WIDE_INTS.cast(w.and(CODE_4)).convert(VectorOperators.I2F, 0), a);
          b = y5.fma(WIDE_INTS.cast(w.and(CODE_5)).convert(VectorOperators.I2F, 0), b);
          a = y6.fma(WIDE_INTS.cast(w.and(CODE_6)).convert(VectorOperators.I2F, 0), a);
          b = y7.fma(WIDE_INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0), b);
          FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, group + groups * r + (i << up)));
          FloatVector t = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, lanes, to + V * r));
          t = WIDE_FLOATS.cast(s.rearrange(spread)).fma(WIDE_FLOATS.cast(a).add(b), t);
          WIDE_FLOATS.cast(t).intoArray(lanes, to + V * r);
        }
      }
    }
  }
}
