package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;
import static dev.quipu.ops.Scratch.grown;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of micro-scaled weights and their scales, widened to float32 in their natural order: {@link SmallFloats}, by
 * arithmetic on bits. Knows no product.
 *
 * <p>A float of 8 bits, moved to where a float32 has its exponent and mantissa, means 2^-120 of what it should; the
 * product with 2^120 is exact. Its NaN would be 480, so all bits of it are set.
 */
final class MicroWidening {

  /** 2^127 / 2^7: from the bias of E4M3's exponent to that of float32. */
  static final float E4M3_UNIT = 0x1p120f;

  /** Where E4M3's sign, exponent and mantissa come to lie. */
  static final int E4M3_FIELDS = 0x87F00000;

  private static final int SMALLEST_E8M0 = 0x00400000; // 2^-127, which has no exponent of its own
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(Lanes.ORDER);

  private static final int V = Lanes.WORDS.length();
  private static final Class<? extends ByteVector> BYTES =
      ByteVector.SPECIES_64.vectorType().asSubclass(ByteVector.class);
  private static final IntVector LANE = IntVector.zero(Lanes.WORDS).addIndex(1);
  private static final IntVector FIRST_NIBBLES = LANE.mul(4);
  private static final IntVector LAST_NIBBLES = FIRST_NIBBLES.add(32 - 4 * V); // of a word; the first, if V is 8
  private static final IntVector BYTE_TO_TOP = LANE.neg().add(3).mul(8);
  private static final IntVector SIZES = e2m1(0);
  private static final IntVector MORE_SIZES = e2m1(8 - V); // where V is 4

  private MicroWidening() {}

  private static IntVector e2m1(int code) {
    FloatVector values = FloatVector.fromArray(Lanes.ROW, SmallFloats.elements(Packing.Micro.MXFP4), code);
    return values.reinterpretAsInts();
  }

  /** Scales of rows [row, row + rows), into the scratch, [rows, groups]. */
  static void groups(Weight.MicroScaled w, int row, int rows, Scratch scratch) {
    int count = rows * w.groups();
    long first = (long) row * w.groups();
    scratch.scales = grown(scratch.scales, count + V);
    int whole = (int) Math.min(count, w.scales().byteSize() - first - Long.BYTES + 1); // a vector reads 8 bytes
    int done = w.packing() == Packing.Micro.NVFP4
        ? e4m3Scales(w.scales(), first, whole, scratch.scales)
        : e8m0Scales(w.scales(), first, whole, scratch.scales);
    float[] meaning = SmallFloats.scales(w.packing());
    for (int i = done; i < count; i++) {
      scratch.scales[i] = meaning[Byte.toUnsignedInt(w.scales().get(JAVA_BYTE, first + i))];
    }
  }

  /** Vectors that begin before {@code end}; returns the elements done, maybe a few more than asked for. */
  private static int e8m0Scales(MemorySegment from, long first, int end, float[] to) {
    int i = 0;
    for (; i < end; i += V) {
      ByteVector bytes = BYTES.cast(ByteVector.fromMemorySegment(ByteVector.SPECIES_64, from, first + i, Lanes.ORDER));
      IntVector code = INTS.cast(bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.WORDS, 0));
      IntVector bits = code.lanewise(VectorOperators.LSHL, 23).max(SMALLEST_E8M0);
      FLOATS.cast(bits.reinterpretAsFloats()).intoArray(to, i);
    }
    return i;
  }

  private static int e4m3Scales(MemorySegment from, long first, int end, float[] to) {
    int i = 0;
    for (; i < end; i += V) {
      ByteVector bytes = BYTES.cast(ByteVector.fromMemorySegment(ByteVector.SPECIES_64, from, first + i, Lanes.ORDER));
      IntVector code = INTS.cast(bytes.convertShape(VectorOperators.B2I, Lanes.WORDS, 0));
      IntVector nan = code.and(0x7F).add(1).lanewise(VectorOperators.LSHR, 7).neg();
      IntVector bits = code.lanewise(VectorOperators.LSHL, 20).and(E4M3_FIELDS).or(nan);
      FLOATS.cast(bits.reinterpretAsFloats()).mul(E4M3_UNIT).intoArray(to, i);
    }
    return i;
  }

  /** Columns [k, k + count) of a row, to {@code to[at …]}; {@link #groups} have been widened, k's as {@code group}. */
  static void row(
      Weight.MicroScaled w, int row, int k, int count, float[] to, int at, Scratch scratch, int group) {
    long from = row * w.rowBytes() + (long) k * w.bits() / 8;
    int words = count * w.bits() / 32;
    int shift = Integer.numberOfTrailingZeros(w.groupSize() * w.bits() / 32); // words of a group, a power of two
    if (w.bits() == 4) {
      e2m1(w.packed(), from, words, scratch.scales, group, shift, to, at);
    } else {
      e4m3(w.packed(), from, words, scratch.scales, group, shift, to, at);
    }
  }

  private static void e2m1(
      MemorySegment packed, long from, int words, float[] scales, int group, int shift, float[] to, int at) {
    for (int i = 0; i < words; i++) {
      FloatVector scale = FloatVector.broadcast(Lanes.ROW, scales[group + (i >> shift)]);
      IntVector word = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, from + 4L * i)));
      IntVector code = word.lanewise(VectorOperators.LSHR, FIRST_NIBBLES);
      IntVector size = V == 8 ? code.and(7).selectFrom(SIZES) : code.and(7).selectFrom(SIZES, MORE_SIZES);
      IntVector sign = code.lanewise(VectorOperators.LSHL, 28).and(Integer.MIN_VALUE);
      FLOATS.cast(size.or(sign).reinterpretAsFloats()).mul(scale).intoArray(to, at + 8 * i);
      if (V == 4) {
        code = word.lanewise(VectorOperators.LSHR, LAST_NIBBLES);
        size = code.and(7).selectFrom(SIZES, MORE_SIZES);
        sign = code.lanewise(VectorOperators.LSHL, 28).and(Integer.MIN_VALUE);
        FLOATS.cast(size.or(sign).reinterpretAsFloats()).mul(scale).intoArray(to, at + 8 * i + 4);
      }
    }
  }

  private static void e4m3(
      MemorySegment packed, long from, int words, float[] scales, int group, int shift, float[] to, int at) {
    for (int i = 0; i < words; i += V / 4) {
      FloatVector scale = FloatVector.broadcast(Lanes.ROW, scales[group + (i >> shift)]);
      IntVector code = INTS.cast(V == 8
          ? BYTES.cast(ByteVector.fromMemorySegment(ByteVector.SPECIES_64, packed, from + 4L * i, Lanes.ORDER))
              .convertShape(VectorOperators.B2I, Lanes.WORDS, 0)
          : INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, from + 4L * i)))
              .lanewise(VectorOperators.LSHL, BYTE_TO_TOP).lanewise(VectorOperators.ASHR, 24));
      IntVector nan = code.and(0x7F).add(1).lanewise(VectorOperators.LSHR, 7).neg();
      IntVector bits = code.lanewise(VectorOperators.LSHL, 20).and(E4M3_FIELDS).or(nan);
      FLOATS.cast(bits.reinterpretAsFloats()).mul(E4M3_UNIT).mul(scale).intoArray(to, at + 4 * i);
    }
  }

  /** A whole row for a table look-up, an element at a time. */
  static void embed(Weight.MicroScaled table, int row, float[] to, int at) {
    float[] scales = SmallFloats.scales(table.packing());
    float[] elements = SmallFloats.elements(table.packing());
    int mask = elements.length - 1;
    for (int i = 0; i < table.in(); i++) {
      byte scale = table.scales().get(JAVA_BYTE, (long) row * table.groups() + i / table.groupSize());
      long bit = (long) i * table.bits();
      int bits = Byte.toUnsignedInt(table.packed().get(JAVA_BYTE, row * table.rowBytes() + bit / 8));
      to[at + i] = elements[bits >>> bit % 8 & mask] * scales[Byte.toUnsignedInt(scale)];
    }
  }
}
