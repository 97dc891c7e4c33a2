package dev.quipu.ops;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Two rows of 4-bit codes times one row of activations, turned into {@link WordPlanes}. The biases' part,
 * Σ bias · (sum of the group), comes first. Two rows at once share the activations and hide each other's latency; each
 * has the numbers it has with any other row beside it, itself too. Knows no threads.
 */
final class Affine4Dot {

  private static final int V = Lanes.ROW.length();
  private static final VectorShuffle<Float> PAIR =
      VectorShuffle.fromOp(Lanes.ROW, lane -> lane / 4); // a group of 32 is four words

  private Affine4Dot() {}

  /** Groups of four words, where a vector has eight: two scales a vector. */
  static void spread(
      MemorySegment packed, long row0, long row1, int vectors, float[] planes, int at, float[] scales, float[] biases,
      int group0, int group1, float[] sums, int sum, int sumVectors, float[] out, int out0, int out1) {
    FloatVector t0 = FloatVector.zero(Lanes.ROW);
    FloatVector t1 = t0;
    for (int i = 0; i < sumVectors; i++) {
      FloatVector x = FloatVector.fromArray(Lanes.ROW, sums, sum + V * i);
      t0 = FloatVector.fromArray(Lanes.ROW, biases, group0 + V * i).fma(x, t0);
      t1 = FloatVector.fromArray(Lanes.ROW, biases, group1 + V * i).fma(x, t1);
    }
    for (int i = 0; i < vectors; i++) {
      int o = at + 8 * V * i;
      IntVector w0 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row0 + 4L * V * i, Lanes.ORDER);
      IntVector w1 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row1 + 4L * V * i, Lanes.ORDER);
      FloatVector x = FloatVector.fromArray(Lanes.ROW, planes, o);
      FloatVector a0 = ((FloatVector) w0.and(0xF).convert(VectorOperators.I2F, 0)).mul(x);
      FloatVector a1 = ((FloatVector) w1.and(0xF).convert(VectorOperators.I2F, 0)).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + V);
      FloatVector b0 = ((FloatVector) w0.and(0xF0).convert(VectorOperators.I2F, 0)).mul(x);
      FloatVector b1 = ((FloatVector) w1.and(0xF0).convert(VectorOperators.I2F, 0)).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V);
      a0 = ((FloatVector) w0.and(0xF00).convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) w1.and(0xF00).convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V);
      b0 = ((FloatVector) w0.and(0xF000).convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) w1.and(0xF000).convert(VectorOperators.I2F, 0)).fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V);
      a0 = ((FloatVector) w0.and(0xF0000).convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) w1.and(0xF0000).convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V);
      b0 = ((FloatVector) w0.and(0xF00000).convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) w1.and(0xF00000).convert(VectorOperators.I2F, 0)).fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V);
      a0 = ((FloatVector) w0.and(0xF000000).convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) w1.and(0xF000000).convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V);
      b0 = ((FloatVector) w0.lanewise(VectorOperators.LSHR, 28).convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) w1.lanewise(VectorOperators.LSHR, 28).convert(VectorOperators.I2F, 0)).fma(x, b1);
      t0 = a0.add(b0).fma(FloatVector.fromArray(Lanes.ROW, scales, group0 + 2 * i).rearrange(PAIR), t0);
      t1 = a1.add(b1).fma(FloatVector.fromArray(Lanes.ROW, scales, group1 + 2 * i).rearrange(PAIR), t1);
    }
    if (V == 8) t0 = t0.add(t0.rearrange(Lanes.BY_4));
    t0 = t0.add(t0.rearrange(Lanes.BY_2));
    t0 = t0.add(t0.rearrange(Lanes.BY_1));
    out[out0] = t0.lane(0);
    if (V == 8) t1 = t1.add(t1.rearrange(Lanes.BY_4));
    t1 = t1.add(t1.rearrange(Lanes.BY_2));
    t1 = t1.add(t1.rearrange(Lanes.BY_1));
    out[out1] = t1.lane(0);
  }

  /** Groups of 1, 2, 4 … vectors: {@code 1 << shift}. */
  static void whole(
      MemorySegment packed, long row0, long row1, int vectors, float[] planes, int at, float[] scales, float[] biases,
      int group0, int group1, int shift, float[] sums, int sum, int sumVectors, float[] out, int out0, int out1) {
    FloatVector t0 = FloatVector.zero(Lanes.ROW);
    FloatVector t1 = t0;
    for (int i = 0; i < sumVectors; i++) {
      FloatVector x = FloatVector.fromArray(Lanes.ROW, sums, sum + V * i);
      t0 = FloatVector.fromArray(Lanes.ROW, biases, group0 + V * i).fma(x, t0);
      t1 = FloatVector.fromArray(Lanes.ROW, biases, group1 + V * i).fma(x, t1);
    }
    for (int i = 0; i < vectors; i++) {
      int o = at + 8 * V * i;
      IntVector w0 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row0 + 4L * V * i, Lanes.ORDER);
      IntVector w1 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row1 + 4L * V * i, Lanes.ORDER);
      FloatVector x = FloatVector.fromArray(Lanes.ROW, planes, o);
      FloatVector a0 = ((FloatVector) w0.and(0xF).convert(VectorOperators.I2F, 0)).mul(x);
      FloatVector a1 = ((FloatVector) w1.and(0xF).convert(VectorOperators.I2F, 0)).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + V);
      FloatVector b0 = ((FloatVector) w0.and(0xF0).convert(VectorOperators.I2F, 0)).mul(x);
      FloatVector b1 = ((FloatVector) w1.and(0xF0).convert(VectorOperators.I2F, 0)).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V);
      a0 = ((FloatVector) w0.and(0xF00).convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) w1.and(0xF00).convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V);
      b0 = ((FloatVector) w0.and(0xF000).convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) w1.and(0xF000).convert(VectorOperators.I2F, 0)).fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V);
      a0 = ((FloatVector) w0.and(0xF0000).convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) w1.and(0xF0000).convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V);
      b0 = ((FloatVector) w0.and(0xF00000).convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) w1.and(0xF00000).convert(VectorOperators.I2F, 0)).fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V);
      a0 = ((FloatVector) w0.and(0xF000000).convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) w1.and(0xF000000).convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V);
      b0 = ((FloatVector) w0.lanewise(VectorOperators.LSHR, 28).convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) w1.lanewise(VectorOperators.LSHR, 28).convert(VectorOperators.I2F, 0)).fma(x, b1);
      t0 = a0.add(b0).fma(FloatVector.broadcast(Lanes.ROW, scales[group0 + (i >> shift)]), t0);
      t1 = a1.add(b1).fma(FloatVector.broadcast(Lanes.ROW, scales[group1 + (i >> shift)]), t1);
    }
    if (V == 8) t0 = t0.add(t0.rearrange(Lanes.BY_4));
    t0 = t0.add(t0.rearrange(Lanes.BY_2));
    t0 = t0.add(t0.rearrange(Lanes.BY_1));
    out[out0] = t0.lane(0);
    if (V == 8) t1 = t1.add(t1.rearrange(Lanes.BY_4));
    t1 = t1.add(t1.rearrange(Lanes.BY_2));
    t1 = t1.add(t1.rearrange(Lanes.BY_1));
    out[out1] = t1.lane(0);
  }
}
