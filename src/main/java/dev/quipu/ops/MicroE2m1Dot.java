package dev.quipu.ops;

import dev.quipu.tensor.Packing;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Two rows of E2M1 codes (mxfp4, nvfp4) times one row of activations, turned into {@link WordPlanes} without factors.
 * Two rows at once share the activations and hide each other's latency; each has the numbers it has with any other row
 * beside it, itself too. Knows no threads.
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
      MemorySegment packed, long row0, long row1, int vectors, float[] planes, int at, float[] scales, int group0,
      int group1, int groupWords, float[] out, int out0, int out1) {
    if (FLOAT_TABLE) {
      floats(packed, row0, row1, vectors, planes, at, scales, group0, group1, groupWords, out, out0, out1);
    } else {
      bytes(packed, row0, row1, vectors, planes, at, scales, group0, group1, groupWords, out, out0, out1);
    }
  }

  private static void floats(
      MemorySegment packed, long row0, long row1, int vectors, float[] planes, int at, float[] scales, int group0,
      int group1, int groupWords, float[] out, int out0, int out1) {
    FloatVector t0 = FloatVector.zero(Lanes.ROW);
    FloatVector t1 = t0;
    int groups = V / groupWords; // of a vector
    VectorShuffle<Float> spread = groupWords == 2 ? PAIRS : FOURS;
    for (int i = 0; i < vectors; i++) {
      int o = at + 8 * V * i;
      IntVector w0 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row0 + 4L * V * i, Lanes.ORDER);
      IntVector w1 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row1 + 4L * V * i, Lanes.ORDER);
      FloatVector x = FloatVector.fromArray(Lanes.ROW, planes, o);
      FloatVector a0 = w0.selectFrom(PLUS, MINUS).reinterpretAsFloats().mul(x);
      FloatVector a1 = w1.selectFrom(PLUS, MINUS).reinterpretAsFloats().mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + V);
      FloatVector b0 = w0.lanewise(VectorOperators.LSHR, 4).selectFrom(PLUS, MINUS).reinterpretAsFloats().mul(x);
      FloatVector b1 = w1.lanewise(VectorOperators.LSHR, 4).selectFrom(PLUS, MINUS).reinterpretAsFloats().mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 2 * V);
      a0 = w0.lanewise(VectorOperators.LSHR, 8).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, a0);
      a1 = w1.lanewise(VectorOperators.LSHR, 8).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 3 * V);
      b0 = w0.lanewise(VectorOperators.LSHR, 12).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, b0);
      b1 = w1.lanewise(VectorOperators.LSHR, 12).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 4 * V);
      a0 = w0.lanewise(VectorOperators.LSHR, 16).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, a0);
      a1 = w1.lanewise(VectorOperators.LSHR, 16).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 5 * V);
      b0 = w0.lanewise(VectorOperators.LSHR, 20).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, b0);
      b1 = w1.lanewise(VectorOperators.LSHR, 20).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 6 * V);
      a0 = w0.lanewise(VectorOperators.LSHR, 24).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, a0);
      a1 = w1.lanewise(VectorOperators.LSHR, 24).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, o + 7 * V);
      b0 = w0.lanewise(VectorOperators.LSHR, 28).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, b0);
      b1 = w1.lanewise(VectorOperators.LSHR, 28).selectFrom(PLUS, MINUS).reinterpretAsFloats().fma(x, b1);
      t0 = a0.add(b0).fma(FloatVector.fromArray(Lanes.ROW, scales, group0 + groups * i).rearrange(spread), t0);
      t1 = a1.add(b1).fma(FloatVector.fromArray(Lanes.ROW, scales, group1 + groups * i).rearrange(spread), t1);
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

  private static void bytes(
      MemorySegment packed, long row0, long row1, int vectors, float[] planes, int at, float[] scales, int group0,
      int group1, int groupWords, float[] out, int out0, int out1) {
    FloatVector t0 = FloatVector.zero(Lanes.ROW);
    FloatVector t1 = t0;
    int groups = V / groupWords; // of a vector
    VectorShuffle<Float> spread = groupWords == 2 ? PAIRS : FOURS;
    for (int i = 0; i < vectors; i++) {
      IntVector w0 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row0 + 4L * V * i, Lanes.ORDER);
      IntVector w1 = IntVector.fromMemorySegment(Lanes.WORDS, packed, row1 + 4L * V * i, Lanes.ORDER);
      IntVector e0 = w0.and(0x0F0F0F0F).reinterpretAsBytes().selectFrom(DOUBLES).reinterpretAsInts();
      IntVector o0 = w0.lanewise(VectorOperators.LSHR, 4).and(0x0F0F0F0F).reinterpretAsBytes()
          .selectFrom(DOUBLES).reinterpretAsInts();
      IntVector e1 = w1.and(0x0F0F0F0F).reinterpretAsBytes().selectFrom(DOUBLES).reinterpretAsInts();
      IntVector o1 = w1.lanewise(VectorOperators.LSHR, 4).and(0x0F0F0F0F).reinterpretAsBytes()
          .selectFrom(DOUBLES).reinterpretAsInts();
      FloatVector x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i);
      FloatVector a0 = ((FloatVector) e0.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).mul(x);
      FloatVector a1 = ((FloatVector) e1.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i + V);
      FloatVector b0 = ((FloatVector) o0.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).mul(x);
      FloatVector b1 = ((FloatVector) o1.lanewise(VectorOperators.LSHL, 24).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).mul(x);
      x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i + 2 * V);
      a0 = ((FloatVector) e0.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) e1.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i + 3 * V);
      b0 = ((FloatVector) o0.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) o1.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i + 4 * V);
      a0 = ((FloatVector) e0.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) e1.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i + 5 * V);
      b0 = ((FloatVector) o0.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) o1.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)).fma(x, b1);
      x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i + 6 * V);
      a0 = ((FloatVector) e0.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0)).fma(x, a0);
      a1 = ((FloatVector) e1.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0)).fma(x, a1);
      x = FloatVector.fromArray(Lanes.ROW, planes, at + 8 * V * i + 7 * V);
      b0 = ((FloatVector) o0.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0)).fma(x, b0);
      b1 = ((FloatVector) o1.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0)).fma(x, b1);
      FloatVector s0 = FloatVector.fromArray(Lanes.ROW, scales, group0 + groups * i).rearrange(spread);
      FloatVector s1 = FloatVector.fromArray(Lanes.ROW, scales, group1 + groups * i).rearrange(spread);
      t0 = a0.add(b0).fma(s0.mul(0.5f), t0);
      t1 = a1.add(b1).fma(s1.mul(0.5f), t1);
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
