package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;
import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of a weight, widened to float32 in their natural order. Each element is one fused multiply-add of its code,
 * scale and bias, whatever the vector width. Knows no product.
 */
final class Widening {

  /** Elements that are unpacked together: each group is a whole number of them, and they fill {@code bits} words. */
  static final int BLOCK = 32;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(Lanes.ORDER);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(Lanes.ORDER);
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(Lanes.ORDER);

  private static final int V = Lanes.ROW.length();
  private static final VectorSpecies<Short> SHORTS = V == 8 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
  private static final Class<? extends ShortVector> SHORT_CLASS = SHORTS.vectorType().asSubclass(ShortVector.class);
  private static final Class<? extends FloatVector> FLOATS_128 =
      FloatVector.SPECIES_128.vectorType().asSubclass(FloatVector.class);
  private static final Class<? extends IntVector> INTS_128 =
      IntVector.SPECIES_128.vectorType().asSubclass(IntVector.class);

  private Widening() {}

  /** Scales, and biases if there are any, of rows [row, row + rows), into the scratch, [rows, groups]. */
  static void groups(Weight.Packed weight, int row, int rows, Scratch scratch) {
    switch (weight) {
      case Weight.Affine affine -> groups(affine, row, rows, scratch);
      case Weight.MicroScaled micro -> MicroWidening.groups(micro, row, rows, scratch);
    }
  }

  private static void groups(Weight.Affine w, int row, int rows, Scratch scratch) {
    int count = rows * w.groups();
    long first = (long) row * w.groups();
    scratch.scales = grown(scratch.scales, count + Lanes.WIDE.length());
    scratch.biases = grown(scratch.biases, count + Lanes.WIDE.length());
    floats(w.scales(), w.scaleType(), first, count, scratch.scales, 0, scratch);
    floats(w.biases(), w.scaleType(), first, count, scratch.biases, 0, scratch);
  }

  /**
   * Columns [k, k + count) of a row, to {@code to[at …]}; k is a multiple of the group size. Of a quantized weight,
   * {@link #groups} of some rows are in the scratch, this row's as the {@code scaleRow}th.
   */
  static void row(Weight weight, int row, int scaleRow, int k, int count, float[] to, int at, Scratch scratch) {
    switch (weight) {
      case Weight.Dense dense ->
          floats(dense.data(), dense.dtype(), (long) row * dense.in() + k, count, to, at, scratch);
      case Weight.Affine affine ->
          affine(affine, row, k, count, to, at, scratch, scaleRow * affine.groups() + k / affine.groupSize());
      case Weight.MicroScaled micro ->
          MicroWidening.row(micro, row, k, count, to, at, scratch, scaleRow * micro.groups() + k / micro.groupSize());
    }
  }

  /** A whole row for a table look-up: one row of many, so the plain way will do. */
  static void embed(Weight table, int row, float[] to, int at, Scratch scratch) {
    switch (table) {
      case Weight.Dense dense -> row(dense, row, 0, 0, dense.in(), to, at, scratch);
      case Weight.Affine affine -> embed(affine, row, to, at, scratch);
      case Weight.MicroScaled micro -> MicroWidening.embed(micro, row, to, at);
    }
  }

  private static void embed(Weight.Affine table, int row, float[] to, int at, Scratch scratch) {
    groups(table, row, 1, scratch);
    for (int k = 0; k < table.in(); k += BLOCK) {
      int group = k / table.groupSize();
      long from = row * table.rowBytes() + (long) k * table.bits() / 8;
      oneByOne(table.packed(), from, table.bits(), to, at + k, scratch.scales[group], scratch.biases[group]);
    }
  }

  /** Elements [first, first + count) of an array of floats, to {@code to[at …]}. */
  static void floats(MemorySegment from, DType type, long first, int count, float[] to, int at, Scratch scratch) {
    if (type == DType.F32) {
      MemorySegment.copy(from, FLOAT, 4 * first, to, at, count);
      return;
    }
    if (type == DType.BF16) {
      widenBfloats(from, 2 * first, to, at, count);
      return;
    }
    short[] halves = scratch.halves(count);
    MemorySegment.copy(from, SHORT, 2 * first, halves, 0, count);
    halves(halves, 0, type, to, at, count, false);
  }

  /** 16-bit floats from[first, first + count), to {@code to[at …]}; in plain Java where vector code is cold. */
  static void halves(short[] from, int first, DType type, float[] to, int at, int count, boolean cold) {
    if (type == DType.F16) {
      widenHalves(from, first, to, at, count);
    } else if (cold) {
      widenBfloats(from, first, to, at, 0, count);
    } else {
      widenBfloats(from, first, to, at, count);
    }
  }

  private static void widenBfloats(short[] from, int first, float[] to, int at, int count) {
    int i = 0;
    for (; i <= count - V; i += V) {
      ShortVector halves = SHORT_CLASS.cast(ShortVector.fromArray(SHORTS, from, first + i));
      IntVector bits = INTS.cast(halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
      FLOATS.cast(bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats()).intoArray(to, at + i);
    }
    widenBfloats(from, first, to, at, i, count);
  }

  private static void widenBfloats(MemorySegment from, long first, float[] to, int at, int count) {
    int i = 0;
    for (; i <= count - V; i += V) {
      ShortVector halves = SHORT_CLASS.cast(ShortVector.fromMemorySegment(SHORTS, from, first + 2L * i, Lanes.ORDER));
      IntVector bits = INTS.cast(halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.WORDS, 0));
      FLOATS.cast(bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats()).intoArray(to, at + i);
    }
    for (; i < count; i++) {
      to[at + i] = Float.intBitsToFloat(from.get(SHORT, first + 2L * i) << 16);
    }
  }

  private static void widenBfloats(short[] from, int first, float[] to, int at, int begin, int count) {
    for (int i = begin; i < count; i++) {
      to[at + i] = Float.intBitsToFloat(from[first + i] << 16);
    }
  }

  /** The JIT makes vector code of this loop by itself. */
  private static void widenHalves(short[] from, int first, float[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Float.float16ToFloat(from[first + i]);
    }
  }

  private static void affine(
      Weight.Affine w, int row, int k, int count, float[] to, int at, Scratch scratch, int group) {
    long from = row * w.rowBytes() + (long) k * w.bits() / 8;
    if (w.bits() == 4 && V == 8) {
      nibbles(w.packed(), from, count / 8, scratch.words(count / 8), to, at, scratch.scales, scratch.biases, group,
          Integer.numberOfTrailingZeros(w.groupSize() / 8));
      return;
    }
    int blocks = count / BLOCK;
    boolean last = from + 4L * blocks * w.bits() == w.packed().byteSize(); // no reading past the end
    int safe = last ? blocks - 1 : blocks;
    int shift = Integer.numberOfTrailingZeros(w.groupSize() / BLOCK);
    if (Lanes.ROW.length() == 8 && w.bits() <= 3) {
      eights(w.packed(), from, w.bits(), safe, to, at, scratch.scales, scratch.biases, group, shift);
    } else {
      fours(w.packed(), from, w.bits(), safe, to, at, scratch.scales, scratch.biases, group, shift);
    }
    if (last) {
      int lastGroup = group + (safe >> shift);
      long lastBlock = from + 4L * safe * w.bits();
      float scale = scratch.scales[lastGroup];
      oneByOne(w.packed(), lastBlock, w.bits(), to, at + BLOCK * safe, scale, scratch.biases[lastGroup]);
    }
  }

  /** Eight elements are one word, which meets each lane's shift: 4 bits. */
  private static void nibbles(
      MemorySegment packed, long from, int count, int[] words, float[] to, int at, float[] scales, float[] biases,
      int group, int shift) {
    MemorySegment.copy(packed, INT, from, words, 0, count);
    IntVector shifts = INTS.cast(IntVector.zero(Lanes.WORDS)).addIndex(1).mul(4);
    for (int i = 0; i < count; i++) {
      IntVector q = INTS.cast(IntVector.broadcast(Lanes.WORDS, words[i]));
      q = q.lanewise(VectorOperators.LSHR, shifts).and(0xF);
      FloatVector scale = FloatVector.broadcast(Lanes.ROW, scales[group + (i >> shift)]);
      FloatVector bias = FloatVector.broadcast(Lanes.ROW, biases[group + (i >> shift)]);
      FLOATS.cast(q.convert(VectorOperators.I2F, 0)).fma(scale, bias).intoArray(to, at + 8 * i);
    }
  }

  /** Eight elements lie in one word, read where their first byte is: 2 and 3 bits. */
  private static void eights(
      MemorySegment packed, long from, int bits, int blocks, float[] to, int at, float[] scales, float[] biases,
      int group, int shift) {
    IntVector shifts = INTS.cast(IntVector.zero(Lanes.WORDS)).addIndex(1).mul(bits);
    int mask = (1 << bits) - 1;
    for (int i = 0; i < blocks; i++) {
      long block = from + 4L * bits * i;
      int o = at + BLOCK * i;
      FloatVector s = FloatVector.broadcast(Lanes.ROW, scales[group + (i >> shift)]);
      FloatVector b = FloatVector.broadcast(Lanes.ROW, biases[group + (i >> shift)]);
      IntVector q0 = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, block)));
      IntVector q1 = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, block + bits)));
      IntVector q2 = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, block + 2 * bits)));
      IntVector q3 = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, block + 3 * bits)));
      q0 = q0.lanewise(VectorOperators.LSHR, shifts).and(mask);
      q1 = q1.lanewise(VectorOperators.LSHR, shifts).and(mask);
      q2 = q2.lanewise(VectorOperators.LSHR, shifts).and(mask);
      q3 = q3.lanewise(VectorOperators.LSHR, shifts).and(mask);
      FLOATS.cast(q0.convert(VectorOperators.I2F, 0)).fma(s, b).intoArray(to, o);
      FLOATS.cast(q1.convert(VectorOperators.I2F, 0)).fma(s, b).intoArray(to, o + 8);
      FLOATS.cast(q2.convert(VectorOperators.I2F, 0)).fma(s, b).intoArray(to, o + 16);
      FLOATS.cast(q3.convert(VectorOperators.I2F, 0)).fma(s, b).intoArray(to, o + 24);
    }
  }

  /** Four elements lie in one word, read where their first byte is; every second time half a byte in: 3 and 5 bits. */
  static void fours(
      MemorySegment packed, long from, int bits, int blocks, float[] to, int at, float[] scales, float[] biases,
      int group, int shift) {
    IntVector even = INTS_128.cast(IntVector.zero(IntVector.SPECIES_128)).addIndex(1).mul(bits);
    IntVector odd = even.add(4 * bits & 7);
    int mask = (1 << bits) - 1;
    int step = bits / 2; // bytes from an even four to the odd one
    for (int i = 0; i < blocks; i++) {
      long block = from + 4L * bits * i;
      int o = at + BLOCK * i;
      FloatVector s = FloatVector.broadcast(FloatVector.SPECIES_128, scales[group + (i >> shift)]);
      FloatVector b = FloatVector.broadcast(FloatVector.SPECIES_128, biases[group + (i >> shift)]);
      for (int j = 0; j < 4; j++) {
        long four = block + j * bits;
        IntVector q0 = INTS_128.cast(IntVector.broadcast(IntVector.SPECIES_128, packed.get(INT, four)));
        IntVector q1 = INTS_128.cast(IntVector.broadcast(IntVector.SPECIES_128, packed.get(INT, four + step)));
        q0 = q0.lanewise(VectorOperators.LSHR, even).and(mask);
        q1 = q1.lanewise(VectorOperators.LSHR, odd).and(mask);
        FLOATS_128.cast(q0.convert(VectorOperators.I2F, 0)).fma(s, b).intoArray(to, o + 8 * j);
        FLOATS_128.cast(q1.convert(VectorOperators.I2F, 0)).fma(s, b).intoArray(to, o + 8 * j + 4);
      }
    }
  }

  /** The same numbers for one block, a byte at a time. */
  private static void oneByOne(MemorySegment packed, long from, int bits, float[] to, int at, float scale, float bias) {
    int ahead = 0; // bits read and not yet used, lowest first
    int count = 0;
    for (int i = 0; i < BLOCK; i++) {
      if (count < bits) {
        ahead |= Byte.toUnsignedInt(packed.get(ValueLayout.JAVA_BYTE, from++)) << count;
        count += 8;
      }
      to[at + i] = Math.fma(scale, (float) (ahead & (1 << bits) - 1), bias);
      ahead >>>= bits;
      count -= bits;
    }
  }
}
