package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;

import dev.quipu.tensor.Packing;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of E2M1 codes (mxfp4, nvfp4), one after the other, times one row of activations, turned into {@link WordPlanes}
 * without factors. Each row's sums are added to its {@link RowLanes}. Knows no threads.
 *
 * <p>An element is looked up: where a processor picks from two vectors at once, as a float; elsewhere as a byte that
 * holds twice the element, four of them a word.
 */
final class MicroE2m1Dot {

  /** Whether 16 floats can be one table: processors with 512-bit vectors have an instruction for it. */
  private static final boolean FLOAT_TABLE = Lanes.WIDE.length() == 16;

  private static final int V = Lanes.ROW.length();
  private static final IntVector PLUS = floats(0);
  private static final IntVector MINUS = floats(8);
  private static final ByteVector DOUBLES = doubles();
  private static final Class<? extends ByteVector> BYTES = DOUBLES.getClass();
  private static final IntVector NIBBLES = IntVector.broadcast(Lanes.WORDS, 0x0F0F0F0F);
  private static final VectorShuffle<Float> PAIRS = VectorShuffle.fromOp(Lanes.ROW, lane -> lane / 2);
  private static final VectorShuffle<Float> FOURS = VectorShuffle.fromOp(Lanes.ROW, lane -> lane / 4);

  private MicroE2m1Dot() {}

  private static IntVector floats(int code) {
    return FloatVector.fromArray(Lanes.ROW, SmallFloats.elements(Packing.Micro.MXFP4), code).reinterpretAsInts();
  }

  private static ByteVector doubles() {
    VectorSpecies<Byte> species = V == 8 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
    byte[] doubles = new byte[species.length()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = (byte) (2 * SmallFloats.e2m1(i & 15));
    }
    return ByteVector.fromArray(species, doubles, 0);
  }

  /** Groups of 2 or 4 words. */
  static void dot(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int from, float[] scales, int group,
      int groups, int groupWords, float[] lanes, int to) {
    if (FLOAT_TABLE) {
      floats(packed, at, rows, vectors, planes, from, scales, group, groups, groupWords, lanes, to);
    } else {
      bytes(packed, at, rows, vectors, planes, from, scales, group, groups, groupWords, lanes, to);
    }
  }

  private static void floats(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int from, float[] scales, int group,
      int groups, int groupWords, float[] lanes, int to) {
    int step = V / groupWords; // groups of a vector
    VectorShuffle<Float> spread = groupWords == 2 ? PAIRS : FOURS;
    for (int r = 0; r < rows; r++) {
      FloatVector t = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        int o = from + 8 * V * i;
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        IntVector e = w.selectFrom(PLUS, MINUS);
        FloatVector q = FLOATS.cast(e.reinterpretAsFloats());
        FloatVector a = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o));
        e = INTS.cast(w.lanewise(VectorOperators.LSHR, 4)).selectFrom(PLUS, MINUS);
        q = FLOATS.cast(INTS.cast(e).reinterpretAsFloats());
        FloatVector b = q.mul(FloatVector.fromArray(Lanes.ROW, planes, o + V));
        e = INTS.cast(w.lanewise(VectorOperators.LSHR, 8)).selectFrom(PLUS, MINUS);
        q = FLOATS.cast(INTS.cast(e).reinterpretAsFloats());
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V), a);
        e = INTS.cast(w.lanewise(VectorOperators.LSHR, 12)).selectFrom(PLUS, MINUS);
        q = FLOATS.cast(INTS.cast(e).reinterpretAsFloats());
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V), b);
        e = INTS.cast(w.lanewise(VectorOperators.LSHR, 16)).selectFrom(PLUS, MINUS);
        q = FLOATS.cast(INTS.cast(e).reinterpretAsFloats());
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V), a);
        e = INTS.cast(w.lanewise(VectorOperators.LSHR, 20)).selectFrom(PLUS, MINUS);
        q = FLOATS.cast(INTS.cast(e).reinterpretAsFloats());
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V), b);
        e = INTS.cast(w.lanewise(VectorOperators.LSHR, 24)).selectFrom(PLUS, MINUS);
        q = FLOATS.cast(INTS.cast(e).reinterpretAsFloats());
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V), a);
        e = INTS.cast(w.lanewise(VectorOperators.LSHR, 28)).selectFrom(PLUS, MINUS);
        q = FLOATS.cast(INTS.cast(e).reinterpretAsFloats());
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V), b);
        FloatVector s = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, scales, g + step * i));
        s = FLOATS.cast(s.rearrange(spread));
        t = s.fma(FLOATS.cast(a).add(b), t);
      }
      FLOATS.cast(t).intoArray(lanes, to + V * r);
    }
  }

  private static void bytes(
      MemorySegment packed, long at, int rows, int vectors, float[] planes, int from, float[] scales, int group,
      int groups, int groupWords, float[] lanes, int to) {
    int step = V / groupWords; // groups of a vector
    VectorShuffle<Float> spread = groupWords == 2 ? PAIRS : FOURS;
    for (int r = 0; r < rows; r++) {
      FloatVector t = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * V * vectors * r;
      int g = group + groups * r;
      for (int i = 0; i < vectors; i++) {
        IntVector w = INTS.cast(IntVector.fromMemorySegment(Lanes.WORDS, packed, row + 4L * V * i, Lanes.ORDER));
        int p = from + 8 * V * i;
        IntVector e = INTS.cast(
            BYTES.cast(w.and(NIBBLES).reinterpretAsBytes()).selectFrom(DOUBLES).reinterpretAsInts());
        IntVector o = INTS.cast(BYTES.cast(w.lanewise(VectorOperators.LSHR, 4).and(NIBBLES).reinterpretAsBytes())
            .selectFrom(DOUBLES).reinterpretAsInts());
        IntVector n = INTS.cast(e.lanewise(VectorOperators.LSHL, 24)).lanewise(VectorOperators.ASHR, 24);
        FloatVector q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        FloatVector a = q.mul(FloatVector.fromArray(Lanes.ROW, planes, p));
        n = INTS.cast(o.lanewise(VectorOperators.LSHL, 24)).lanewise(VectorOperators.ASHR, 24);
        q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        FloatVector b = q.mul(FloatVector.fromArray(Lanes.ROW, planes, p + V));
        n = INTS.cast(e.lanewise(VectorOperators.LSHL, 16)).lanewise(VectorOperators.ASHR, 24);
        q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, p + 2 * V), a);
        n = INTS.cast(o.lanewise(VectorOperators.LSHL, 16)).lanewise(VectorOperators.ASHR, 24);
        q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, p + 3 * V), b);
        n = INTS.cast(e.lanewise(VectorOperators.LSHL, 8)).lanewise(VectorOperators.ASHR, 24);
        q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, p + 4 * V), a);
        n = INTS.cast(o.lanewise(VectorOperators.LSHL, 8)).lanewise(VectorOperators.ASHR, 24);
        q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, p + 5 * V), b);
        n = e.lanewise(VectorOperators.ASHR, 24);
        q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, planes, p + 6 * V), a);
        n = o.lanewise(VectorOperators.ASHR, 24);
        q = FLOATS.cast(INTS.cast(n).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, planes, p + 7 * V), b);
        FloatVector s = FLOATS.cast(FloatVector.fromArray(Lanes.ROW, scales, g + step * i));
        s = FLOATS.cast(s.rearrange(spread));
        t = FLOATS.cast(s.mul(0.5f)).fma(FLOATS.cast(a).add(b), t);
      }
      FLOATS.cast(t).intoArray(lanes, to + V * r);
    }
  }
}
