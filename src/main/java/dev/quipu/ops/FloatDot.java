package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The dot product of two float rows, with one order of summation for each length. Knows no weight. */
final class FloatDot {

  private static final int V = Lanes.ROW.length();

  private FloatDot() {}

  static float dot(float[] a, int aAt, float[] b, int bAt, int length) {
    FloatVector s0 = FloatVector.zero(Lanes.ROW);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= length - 4 * V; i += 4 * V) {
      s0 = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i))
          .fma(FloatVector.fromArray(Lanes.ROW, b, bAt + i), s0);
      s1 = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i + V))
          .fma(FloatVector.fromArray(Lanes.ROW, b, bAt + i + V), s1);
      s2 = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i + 2 * V))
          .fma(FloatVector.fromArray(Lanes.ROW, b, bAt + i + 2 * V), s2);
      s3 = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i + 3 * V))
          .fma(FloatVector.fromArray(Lanes.ROW, b, bAt + i + 3 * V), s3);
    }
    for (; i <= length - V; i += V) {
      s0 = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i))
          .fma(FloatVector.fromArray(Lanes.ROW, b, bAt + i), s0);
    }
    s0 = FLOATS.cast(s0).add(s1).add(FLOATS.cast(s2).add(s3));
    if (V == 8) s0 = s0.add(s0.rearrange(Lanes.BY_4));
    s0 = s0.add(s0.rearrange(Lanes.BY_2));
    s0 = s0.add(s0.rearrange(Lanes.BY_1));
    float sum = s0.lane(0);
    for (; i < length; i++) {
      sum = Math.fma(a[aAt + i], b[bAt + i], sum);
    }
    return sum;
  }
}
