package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The dot product of two float rows, with one order of summation for each length; of one row and four others, which
 * have the numbers that they have alone. Knows no weight.
 */
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

  /**
   * A row of {@code a} with four rows of {@code b}, {@code length} apart, to {@code out[to]} and {@code next} further
   * on; lanes has room for four vectors. For 32 registers.
   */
  static void four(
      float[] a, int aAt, float[] b, int bAt, int length, float[] lanes, float[] out, int to, int next) {
    FloatVector s00 = FloatVector.zero(Lanes.ROW);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    int i = 0;
    for (; i <= length - 4 * V; i += 4 * V) {
      int o0 = bAt + i;
      int o1 = bAt + length + i;
      int o2 = bAt + 2 * length + i;
      int o3 = bAt + 3 * length + i;
      FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i));
      s00 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o0), s00);
      s10 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o1), s10);
      s20 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o2), s20);
      s30 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o3), s30);
      y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i + V));
      s01 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o0 + V), s01);
      s11 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o1 + V), s11);
      s21 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o2 + V), s21);
      s31 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o3 + V), s31);
      y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i + 2 * V));
      s02 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o0 + 2 * V), s02);
      s12 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o1 + 2 * V), s12);
      s22 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o2 + 2 * V), s22);
      s32 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o3 + 2 * V), s32);
      y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i + 3 * V));
      s03 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o0 + 3 * V), s03);
      s13 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o1 + 3 * V), s13);
      s23 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o2 + 3 * V), s23);
      s33 = y.fma(FloatVector.fromArray(Lanes.ROW, b, o3 + 3 * V), s33);
    }
    for (; i <= length - V; i += V) {
      FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, a, aAt + i));
      s00 = y.fma(FloatVector.fromArray(Lanes.ROW, b, bAt + i), s00);
      s10 = y.fma(FloatVector.fromArray(Lanes.ROW, b, bAt + length + i), s10);
      s20 = y.fma(FloatVector.fromArray(Lanes.ROW, b, bAt + 2 * length + i), s20);
      s30 = y.fma(FloatVector.fromArray(Lanes.ROW, b, bAt + 3 * length + i), s30);
    }
    FLOATS.cast(FLOATS.cast(FLOATS.cast(s00).add(s01)).add(FLOATS.cast(s02).add(s03))).intoArray(lanes, 0);
    FLOATS.cast(FLOATS.cast(FLOATS.cast(s10).add(s11)).add(FLOATS.cast(s12).add(s13))).intoArray(lanes, V);
    FLOATS.cast(FLOATS.cast(FLOATS.cast(s20).add(s21)).add(FLOATS.cast(s22).add(s23))).intoArray(lanes, 2 * V);
    FLOATS.cast(FLOATS.cast(FLOATS.cast(s30).add(s31)).add(FLOATS.cast(s32).add(s33))).intoArray(lanes, 3 * V);
    for (int r = 0; r < 4; r++) {
      float sum = RowLanes.sum(lanes, V * r);
      for (int k = i; k < length; k++) {
        sum = Math.fma(a[aAt + k], b[bAt + length * r + k], sum);
      }
      out[to + next * r] = sum;
    }
  }
}
