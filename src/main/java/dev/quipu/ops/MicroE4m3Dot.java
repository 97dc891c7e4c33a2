package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of E4M3 codes (mxfp8), one after the other, times one row of activations, turned into {@link WordPlanes} without
 * factors. Each row's sums are added to its {@link RowLanes}. Knows no threads.
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
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int from, float[] scales, int group,
      int groups, int shift, float[] lanes, int to) {
    for (int r = 0; r < rows; r++) {
      FloatVector t = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        int o = from + 4 * V * i;
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        IntVector e = w.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 4).and(FIELDS);
        FloatVector q = FLOATS.cast(e.reinterpretAsFloats()).mul(UNIT);
        FloatVector a = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o));
        e = w.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 4).and(FIELDS);
        q = FLOATS.cast(e.reinterpretAsFloats()).mul(UNIT);
        FloatVector b = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o + V));
        e = w.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 4).and(FIELDS);
        q = FLOATS.cast(e.reinterpretAsFloats()).mul(UNIT);
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V), a);
        e = w.lanewise(VectorOperators.ASHR, 4).and(FIELDS);
        q = FLOATS.cast(e.reinterpretAsFloats()).mul(UNIT);
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V), b);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g + (i >> shift)]));
        t = s.fma(FLOATS.cast(a).add(b), t);
      }
      FLOATS.cast(t).intoArray(lanes, to + V * r);
    }
  }

  /** Whether one of a row's codes is a NaN: all bits but the sign. */
  static boolean hasNan(MemorySegment packed, long row, int vectors) {
    IntVector seen = IntVector.zero(Lanes.WORDS); // the top bit of a byte: here or before was a NaN
    for (int i = 0; i < vectors; i++) {
      IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
      seen = w.and(0x7F7F7F7F).add(0x01010101).or(seen);
    }
    return INTS.cast(seen).and(0x80808080).reduceLanes(VectorOperators.OR) != 0;
  }
}
