package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of floats as they lie in the file times one row of activations. The numbers are those of {@link FloatDot} on the
 * row widened: the same sums in the same order. Rows half of all apart go together, where they share the activations:
 * memory answers two streams faster than one. Knows no threads.
 */
final class DenseDot {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(Lanes.ORDER);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(Lanes.ORDER);
  private static final int V = Lanes.ROW.length();
  private static final VectorSpecies<Short> HALVES = V == 8 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
  private static final Class<? extends ShortVector> SHORTS = HALVES.vectorType().asSubclass(ShortVector.class);

  private DenseDot() {}

  /** F32, where they lie. */
  static void f32(
      MemorySegment data, long at, int rows, float[] x, int from, int length, float[] lanes, float[] out, int to) {
    int half = (rows + 1) / 2;
    for (int r = 0; r < half; r++) {
      int next = r + half < rows ? r + half : r; // the middle one of an odd number goes with itself
      long row0 = at + 4L * length * r;
      long row1 = at + 4L * length * next;
      FloatVector s00 = FloatVector.zero(Lanes.ROW);
      FloatVector s01 = s00;
      FloatVector s02 = s00;
      FloatVector s03 = s00;
      FloatVector s10 = s00;
      FloatVector s11 = s00;
      FloatVector s12 = s00;
      FloatVector s13 = s00;
      int i = 0;
      for (; i <= length - 4 * V; i += 4 * V) {
        long o0 = row0 + 4L * i;
        long o1 = row1 + 4L * i;
        FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i));
        s00 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o0, Lanes.ORDER), s00);
        s10 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o1, Lanes.ORDER), s10);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i + V));
        s01 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o0 + 4 * V, Lanes.ORDER), s01);
        s11 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o1 + 4 * V, Lanes.ORDER), s11);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i + 2 * V));
        s02 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o0 + 8 * V, Lanes.ORDER), s02);
        s12 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o1 + 8 * V, Lanes.ORDER), s12);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i + 3 * V));
        s03 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o0 + 12 * V, Lanes.ORDER), s03);
        s13 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, o1 + 12 * V, Lanes.ORDER), s13);
      }
      for (; i <= length - V; i += V) {
        FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i));
        s00 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, row0 + 4L * i, Lanes.ORDER), s00);
        s10 = y.fma(FloatVector.fromMemorySegment(Lanes.ROW, data, row1 + 4L * i, Lanes.ORDER), s10);
      }
      FLOATS.cast(FLOATS.cast(FLOATS.cast(s00).add(s01)).add(FLOATS.cast(s02).add(s03))).intoArray(lanes, 0);
      FLOATS.cast(FLOATS.cast(FLOATS.cast(s10).add(s11)).add(FLOATS.cast(s12).add(s13))).intoArray(lanes, V);
      float sum0 = RowLanes.sum(lanes, 0);
      float sum1 = RowLanes.sum(lanes, V);
      for (; i < length; i++) {
        sum0 = Math.fma(data.get(FLOAT, row0 + 4L * i), x[from + i], sum0);
        sum1 = Math.fma(data.get(FLOAT, row1 + 4L * i), x[from + i], sum1);
      }
      out[to + r] = sum0;
      out[to + next] = sum1;
    }
  }

  /** BF16: the upper half of a float32. */
  static void bf16(
      MemorySegment data, long at, int rows, float[] x, int from, int length, float[] lanes, float[] out, int to) {
    int half = (rows + 1) / 2;
    for (int r = 0; r < half; r++) {
      int next = r + half < rows ? r + half : r; // the middle one of an odd number goes with itself
      long row0 = at + 2L * length * r;
      long row1 = at + 2L * length * next;
      FloatVector s00 = FloatVector.zero(Lanes.ROW);
      FloatVector s01 = s00;
      FloatVector s02 = s00;
      FloatVector s03 = s00;
      FloatVector s10 = s00;
      FloatVector s11 = s00;
      FloatVector s12 = s00;
      FloatVector s13 = s00;
      int i = 0;
      for (; i <= length - 4 * V; i += 4 * V) {
        long o0 = row0 + 2L * i;
        long o1 = row1 + 2L * i;
        FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i));
        IntVector q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o0, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s00 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s00);
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o1, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s10 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s10);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i + V));
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o0 + 2 * V, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s01 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s01);
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o1 + 2 * V, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s11 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s11);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i + 2 * V));
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o0 + 4 * V, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s02 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s02);
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o1 + 4 * V, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s12 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s12);
        y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i + 3 * V));
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o0 + 6 * V, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s03 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s03);
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, o1 + 6 * V, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s13 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s13);
      }
      for (; i <= length - V; i += V) {
        FloatVector y = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, x, from + i));
        IntVector q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, row0 + 2L * i, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s00 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s00);
        q = INTS.cast(SHORTS.cast(ShortVector.fromMemorySegment(HALVES, data, row1 + 2L * i, Lanes.ORDER))
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
        s10 = y.fma(INTS.cast(q.lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats(), s10);
      }
      FLOATS.cast(FLOATS.cast(FLOATS.cast(s00).add(s01)).add(FLOATS.cast(s02).add(s03))).intoArray(lanes, 0);
      FLOATS.cast(FLOATS.cast(FLOATS.cast(s10).add(s11)).add(FLOATS.cast(s12).add(s13))).intoArray(lanes, V);
      float sum0 = RowLanes.sum(lanes, 0);
      float sum1 = RowLanes.sum(lanes, V);
      for (; i < length; i++) {
        sum0 = Math.fma(Float.intBitsToFloat(data.get(SHORT, row0 + 2L * i) << 16), x[from + i], sum0);
        sum1 = Math.fma(Float.intBitsToFloat(data.get(SHORT, row1 + 2L * i) << 16), x[from + i], sum1);
      }
      out[to + r] = sum0;
      out[to + next] = sum1;
    }
  }
}
