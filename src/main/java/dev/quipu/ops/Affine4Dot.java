package dev.quipu.ops;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/** The dot product of one row of 4-bit codes with activations as {@link WordPlanes}. Knows no threads. */
final class Affine4Dot {

  private static final int V = Lanes.ROW.length();
  private static final VectorShuffle<Float> PAIR =
      VectorShuffle.fromOp(Lanes.ROW, lane -> lane / 4); // a group of 32 is four words

  private Affine4Dot() {}

  /** Groups of four words, where a vector has eight: two scales a vector. */
  static float spread(
      MemorySegment packed, long row, int vectors, float[] planes, int at, float[] scales, int group, float start) {
    FloatVector total = FloatVector.zero(Lanes.ROW);
    for (int i = 0; i < vectors; i++) {
      int o = at + 8 * V * i;
      IntVector words = IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER);
      FloatVector a = ((FloatVector) words.and(0xF).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.ROW, planes, o));
      FloatVector b = ((FloatVector) words.and(0xF0).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.ROW, planes, o + V));
      a = ((FloatVector) words.and(0xF00).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V), a);
      b = ((FloatVector) words.and(0xF000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V), b);
      a = ((FloatVector) words.and(0xF0000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V), a);
      b = ((FloatVector) words.and(0xF00000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V), b);
      a = ((FloatVector) words.and(0xF000000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V), a);
      b = ((FloatVector) words.lanewise(VectorOperators.LSHR, 28).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V), b);
      FloatVector scale = FloatVector.fromArray(Lanes.ROW, scales, group + 2 * i).rearrange(PAIR);
      total = a.add(b).fma(scale, total);
    }
    if (V == 8) total = total.add(total.rearrange(Lanes.BY_4));
    total = total.add(total.rearrange(Lanes.BY_2));
    total = total.add(total.rearrange(Lanes.BY_1));
    return total.lane(0) + start;
  }

  /** Groups of 1, 2, 4 … vectors: {@code 1 << shift}. */
  static float whole(
      MemorySegment packed, long row, int vectors, float[] planes, int at, float[] scales, int group, int shift,
      float start) {
    FloatVector total = FloatVector.zero(Lanes.ROW);
    for (int i = 0; i < vectors; i++) {
      int o = at + 8 * V * i;
      IntVector words = IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER);
      FloatVector a = ((FloatVector) words.and(0xF).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.ROW, planes, o));
      FloatVector b = ((FloatVector) words.and(0xF0).convert(VectorOperators.I2F, 0))
          .mul(FloatVector.fromArray(Lanes.ROW, planes, o + V));
      a = ((FloatVector) words.and(0xF00).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V), a);
      b = ((FloatVector) words.and(0xF000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V), b);
      a = ((FloatVector) words.and(0xF0000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V), a);
      b = ((FloatVector) words.and(0xF00000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V), b);
      a = ((FloatVector) words.and(0xF000000).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V), a);
      b = ((FloatVector) words.lanewise(VectorOperators.LSHR, 28).convert(VectorOperators.I2F, 0))
          .fma(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V), b);
      total = a.add(b).fma(FloatVector.broadcast(Lanes.ROW, scales[group + (i >> shift)]), total);
    }
    if (V == 8) total = total.add(total.rearrange(Lanes.BY_4));
    total = total.add(total.rearrange(Lanes.BY_2));
    total = total.add(total.rearrange(Lanes.BY_1));
    return total.lane(0) + start;
  }
}
