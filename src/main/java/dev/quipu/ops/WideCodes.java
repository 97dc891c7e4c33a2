package dev.quipu.ops;

import static dev.quipu.ops.Lanes.WIDE_FLOATS;
import static dev.quipu.ops.Lanes.WIDE_INTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * {@link WideAffine4Dot} and {@link WideAffine8Dot} for several rows of activations: the codes of some rows of weights,
 * a vector of words each, become floats once, which stay in the first-level cache while each row of activations goes
 * over them. The numbers are those of a row alone. Knows no threads.
 */
final class WideCodes {

  private static final int V = WideAffine4Dot.V;

  /** Of the codes of a row at a time, as floats, at most. */
  static final int BYTES = 8 * V * Float.BYTES;

  // the bits of code 0, 1 … of a word of 4-bit codes; of code 0, 1 … of a word of 8-bit codes
  private static final IntVector CODE_0 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF);
  private static final IntVector CODE_1 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF0);
  private static final IntVector CODE_2 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF00);
  private static final IntVector CODE_3 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF000);
  private static final IntVector CODE_4 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF0000);
  private static final IntVector CODE_5 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF00000);
  private static final IntVector CODE_6 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xF000000);
  private static final IntVector BYTE_0 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xFF);
  private static final IntVector BYTE_1 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xFF00);
  private static final IntVector BYTE_2 = IntVector.broadcast(Lanes.WIDE_WORDS, 0xFF0000);

  // which scale each word takes, of those that are loaded: by the words of a group
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.fromOp(Lanes.WIDE, lane -> lane / 4);
  private static final VectorShuffle<Float> BY_8 = VectorShuffle.fromOp(Lanes.WIDE, lane -> lane / 8);
  private static final VectorShuffle<Float> ALL = VectorShuffle.fromOp(Lanes.WIDE, lane -> 0);

  private WideCodes() {}

  /** codes[rows, 8, V]: those of a vector of words at {@code at}, and of the rows after it, where they stand. */
  static void unpack4(MemorySegment packed, long at, long rowBytes, int rows, float[] codes) {
    for (int r = 0; r < rows; r++) {
      IntVector w = WIDE_INTS.cast(
          IntVector.fromMemorySegment(Lanes.WIDE_WORDS, packed, at + rowBytes * r, Lanes.ORDER));
      int to = 8 * V * r;
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_0)).convert(VectorOperators.I2F, 0)).intoArray(codes, to);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_1)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_2)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + 2 * V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_3)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + 3 * V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_4)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + 4 * V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_5)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + 5 * V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(CODE_6)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + 6 * V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).convert(VectorOperators.I2F, 0))
          .intoArray(codes, to + 7 * V);
    }
  }

  /** codes[rows, 4, V]: as {@link #unpack4}. */
  static void unpack8(MemorySegment packed, long at, long rowBytes, int rows, float[] codes) {
    for (int r = 0; r < rows; r++) {
      IntVector w = WIDE_INTS.cast(
          IntVector.fromMemorySegment(Lanes.WIDE_WORDS, packed, at + rowBytes * r, Lanes.ORDER));
      int to = 4 * V * r;
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(BYTE_0)).convert(VectorOperators.I2F, 0)).intoArray(codes, to);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(BYTE_1)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.and(BYTE_2)).convert(VectorOperators.I2F, 0)).intoArray(codes, to + 2 * V);
      WIDE_FLOATS.cast(WIDE_INTS.cast(w.lanewise(VectorOperators.LSHR, 24)).convert(VectorOperators.I2F, 0))
          .intoArray(codes, to + 3 * V);
    }
  }

  /**
   * lanes[rows, V] += scales · codes · activations, for two rows of activations.
   *
   * @param y     where the planes have the inputs of this vector of words, of one row
   * @param z     of the other
   * @param scale of the vector of the first row of weights; those of the next lie {@code groups} further
   * @param words of a group
   * @param to    where the lanes of the one row are
   * @param next  where those of the other are
   */
  static void multiply4(
      float[] codes, int rows, float[] planes, int y, int z, float[] scales, int scale, int groups, int words,
      float[] lanes, int to, int next) {
    VectorShuffle<Float> spread = words == 4 ? BY_4 : words == 8 ? BY_8 : ALL;
    FloatVector y0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y));
    FloatVector y1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + V));
    FloatVector y2 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 2 * V));
    FloatVector y3 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 3 * V));
    FloatVector y4 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 4 * V));
    FloatVector y5 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 5 * V));
    FloatVector y6 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 6 * V));
    FloatVector y7 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 7 * V));
    FloatVector z0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z));
    FloatVector z1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + V));
    FloatVector z2 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 2 * V));
    FloatVector z3 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 3 * V));
    FloatVector z4 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 4 * V));
    FloatVector z5 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 5 * V));
    FloatVector z6 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 6 * V));
    FloatVector z7 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 7 * V));
    for (int r = 0; r < rows; r++) {
      int c = 8 * V * r;
      FloatVector q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c));
      FloatVector a0 = y0.mul(q);
      FloatVector a1 = z0.mul(q);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + V));
      FloatVector b0 = y1.mul(q);
      FloatVector b1 = z1.mul(q);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 2 * V));
      a0 = y2.fma(q, a0);
      a1 = z2.fma(q, a1);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 3 * V));
      b0 = y3.fma(q, b0);
      b1 = z3.fma(q, b1);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 4 * V));
      a0 = y4.fma(q, a0);
      a1 = z4.fma(q, a1);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 5 * V));
      b0 = y5.fma(q, b0);
      b1 = z5.fma(q, b1);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 6 * V));
      a0 = y6.fma(q, a0);
      a1 = z6.fma(q, a1);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 7 * V));
      b0 = y7.fma(q, b0);
      b1 = z7.fma(q, b1);
      FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, scale + groups * r));
      s = WIDE_FLOATS.cast(s.rearrange(spread));
      FloatVector t0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, lanes, to + V * r));
      t0 = s.fma(WIDE_FLOATS.cast(a0).add(b0), t0);
      WIDE_FLOATS.cast(t0).intoArray(lanes, to + V * r);
      FloatVector t1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, lanes, next + V * r));
      t1 = s.fma(WIDE_FLOATS.cast(a1).add(b1), t1);
      WIDE_FLOATS.cast(t1).intoArray(lanes, next + V * r);
    }
  }

  /** As {@link #multiply4}. */
  static void multiply8(
      float[] codes, int rows, float[] planes, int y, int z, float[] scales, int scale, int groups, int words,
      float[] lanes, int to, int next) {
    VectorShuffle<Float> spread = words == 8 ? BY_8 : ALL;
    FloatVector y0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y));
    FloatVector y1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + V));
    FloatVector y2 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 2 * V));
    FloatVector y3 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, y + 3 * V));
    FloatVector z0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z));
    FloatVector z1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + V));
    FloatVector z2 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 2 * V));
    FloatVector z3 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, planes, z + 3 * V));
    for (int r = 0; r < rows; r++) {
      int c = 4 * V * r;
      FloatVector q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c));
      FloatVector a0 = y0.mul(q);
      FloatVector a1 = z0.mul(q);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + V));
      FloatVector b0 = y1.mul(q);
      FloatVector b1 = z1.mul(q);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 2 * V));
      a0 = y2.fma(q, a0);
      a1 = z2.fma(q, a1);
      q = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, codes, c + 3 * V));
      b0 = y3.fma(q, b0);
      b1 = z3.fma(q, b1);
      FloatVector s = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, scales, scale + groups * r));
      s = WIDE_FLOATS.cast(s.rearrange(spread));
      FloatVector t0 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, lanes, to + V * r));
      t0 = s.fma(WIDE_FLOATS.cast(a0).add(b0), t0);
      WIDE_FLOATS.cast(t0).intoArray(lanes, to + V * r);
      FloatVector t1 = WIDE_FLOATS.cast(FloatVector.fromArray(Lanes.WIDE, lanes, next + V * r));
      t1 = s.fma(WIDE_FLOATS.cast(a1).add(b1), t1);
      WIDE_FLOATS.cast(t1).intoArray(lanes, next + V * r);
    }
  }
}
