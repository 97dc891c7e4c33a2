package dev.quipu.ops;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Two rows of E4M3 codes (mxfp8) times one row of activations, turned into {@link WordPlanes} without factors. Two rows
 * at once share the activations and hide each other's latency; each has the numbers it has with any other row beside
 * it, itself too. Knows no threads.
 *
 * <p>A code is widened as in {@link MicroWidening}, but that its NaN is 480; so {@link #hasNan} is asked for the row.
 */
final class MicroE4m3Dot {

  private static final int V = Lanes.ROW.length();
  private static final int FIELDS = MicroWidening.E4M3_FIELDS;
  private static final float UNIT = MicroWidening.E4M3_UNIT;

  private MicroE4m3Dot() {}

  /** Groups of 1, 2, 4 … vectors: {@code 1 << shift}. */
  static void dot(
      MemorySegment packed, long row0, long row1, int vectors, float[] planes, int at, float[] scales, int group0,
      int group1, int shift, float[] out, int out0, int out1) {
    FloatVector t0 = FloatVector.zero(Lanes.ROW);
    FloatVector t1 = t0;
    for (int i = 0; i < vectors; i++) {
      int o = at + 4 * V * i;
      IntVector w0 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row0 + 4L * V * i, Lanes.ORDER);
      IntVector w1 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row1 + 4L * V * i, Lanes.ORDER);
      FloatVector x = FloatVector.fromArray(Lanes.ROW, planes, o);
      FloatVector e00 = w0.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 4)
          .and(FIELDS).reinterpretAsFloats();
      FloatVector a0 = e00.mul(UNIT).mul(x);
      FloatVector e01 = w1.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 4)
          .and(FIELDS).reinterpretAsFloats();
      FloatVector a1 = e01.mul(UNIT).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + V);
      FloatVector e10 = w0.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 4)
          .and(FIELDS).reinterpretAsFloats();
      FloatVector b0 = e10.mul(UNIT).mul(x);
      FloatVector e11 = w1.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 4)
          .and(FIELDS).reinterpretAsFloats();
      FloatVector b1 = e11.mul(UNIT).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V);
      FloatVector e20 = w0.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 4)
          .and(FIELDS).reinterpretAsFloats();
      a0 = e20.mul(UNIT).fma(x, a0);
      FloatVector e21 = w1.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 4)
          .and(FIELDS).reinterpretAsFloats();
      a1 = e21.mul(UNIT).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V);
      FloatVector e30 = w0.lanewise(VectorOperators.ASHR, 4).and(FIELDS).reinterpretAsFloats();
      b0 = e30.mul(UNIT).fma(x, b0);
      FloatVector e31 = w1.lanewise(VectorOperators.ASHR, 4).and(FIELDS).reinterpretAsFloats();
      b1 = e31.mul(UNIT).fma(x, b1);
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

  /** Whether one of a row's codes is a NaN: all bits but the sign. */
  static boolean hasNan(MemorySegment packed, long row, int vectors) {
    IntVector seen = IntVector.zero(Lanes.WORDS); // the top bit of a byte: here or before was a NaN
    for (int i = 0; i < vectors; i++) {
      IntVector w = IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER);
      seen = seen.or(w.and(0x7F7F7F7F).add(0x01010101));
    }
    return seen.and(0x80808080).reduceLanes(VectorOperators.OR) != 0;
  }
}
