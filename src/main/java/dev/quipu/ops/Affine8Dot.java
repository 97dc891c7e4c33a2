package dev.quipu.ops;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The dot product of one row of 8-bit codes with activations as {@link WordPlanes}. Knows no threads. */
final class Affine8Dot {

  private static final int V = Lanes.ROW.length();

  private Affine8Dot() {}

  /** Groups of 1, 2, 4 … vectors: {@code 1 << shift}. */
  static float whole(
      MemorySegment packed, long row, int vectors, float[] planes, int at, float[] scales, int group, int shift,
      float start) {
    FloatVector total = FloatVector.zero(Lanes.ROW);
    for (int i = 0; i < vectors; i++) {
      int o = at + 4 * V * i;
      IntVector words = IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER);
      FloatVector a = ((FloatVector) words.and(0xFF).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.ROW, planes, o));
      FloatVector b = ((FloatVector) words.and(0xFF00).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.ROW, planes, o + V));
      a = ((FloatVector) words.and(0xFF0000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V), a);
      b = ((FloatVector) words.lanewise(VectorOperators.LSHR, 24).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V), b);
      total = a.add(b).fma(FloatVector.broadcast(Lanes.ROW, scales[group + (i >> shift)]), total);
    }
    if (V == 8) total = total.add(total.rearrange(Lanes.BY_4));
    total = total.add(total.rearrange(Lanes.BY_2));
    total = total.add(total.rearrange(Lanes.BY_1));
    return total.lane(0) + start;
  }
}
