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
 * group. Goes along {@link #STREAMS} rows side by side; one row of activations stays in registers. Knows no
 * threads.
 */
final class WideAffine8Dot {

  /** Words of a vector. */
  static final int V = 16;

  /** Rows that are read side by side: each is a stream of its own to the processor, if they lie a page apart. */
  private static final int STREAMS = 8;

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
      int groups, int words, float[] lanes, int to) {
    VectorShuffle<Float> spread = words == 8 ? BY_8 : ALL;
    int up = words == 8 ? 1 : 0;
    int down = words == 32 ? 1 : 0;
    int gap = Math.ceilDiv(rows, STREAMS);
    for (int first = 0; first < gap; first++) {
      for (int i = 0; i < vectors; i++) {
        long column = at + 4L * V * i;
        int o = x + 4 * V * i;
        FloatVector y0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o));
        FloatVector y1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + V));
        FloatVector y2 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 2 * V));
        FloatVector y3 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, o + 3 * V));
        for (int r = first; r < rows; r += gap) {
          IntVector w = WIDE_INTS.cast(
              IntVector.fromMemorySegment(Lanes.WIDE_WORDS, packed, column + 4L * V * vectors * r, Lanes.ORDER));
          FloatVector a = y0.mul(WIDE_INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0));
          FloatVector b = y1.mul(WIDE_INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0));
          a = y2.fma(WIDE_INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0), a);
          b = y3.fma(WIDE_INTS.cast(w.lanewise(VectorOperators.LSHR, 24)).convert(VectorOperators.I2F, 0), b);
          int g = group + groups * r + (i << up >> down);
          FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, g));
          FloatVector t = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, lanes, to + V * r));
          t = WIDE_FLOATS.cast(s.rearrange(spread)).fma(WIDE_FLOATS.cast(a).add(b), t);
          WIDE_FLOATS.cast(t).intoArray(lanes, to + V * r);
        }
      }
    }
  }
}
