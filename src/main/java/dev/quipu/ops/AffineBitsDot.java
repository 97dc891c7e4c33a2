package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of codes of any width up to six bits, one after the other, times one row of activations as it is. Each row's
 * sums are added to its {@link RowLanes}. Knows no threads.
 *
 * <p>Eight codes, of {@code bits} bytes together, fill a vector of 256 bits: what holds them is read to all lanes, and
 * each lane shifts its own down. No read goes beyond the 32 codes that it serves.
 */
final class AffineBitsDot {

  private static final int BLOCK = Widening.BLOCK;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(Lanes.ORDER);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(Lanes.ORDER);
  private static final int V = Lanes.ROW.length();
  private static final IntVector LANE = IntVector.zero(Lanes.WORDS).addIndex(1);
  private static final VectorMask<Integer> LAST_FOUR = LANE.compare(VectorOperators.GE, 4);

  private AffineBitsDot() {}

  /** Up to four bits: eight codes lie in one word. Groups of 1, 2 or 4 blocks: {@code 1 << shift}. */
  static void oneWord(
      MemorySegment packed, long at, int rows, int bits, int blocks, float[] x, int from, float[] scales, int group,
      int groups, int shift, float[] lanes, int to) {
    int mask = (1 << bits) - 1;
    // where eight codes are read: at their first byte, or earlier so as not to read past the block
    int from1 = Math.min(bits, 4 * bits - 4);
    int from2 = Math.min(2 * bits, 4 * bits - 4);
    int from3 = 4 * bits - 4;
    IntVector shift0 = LANE.mul(bits);
    IntVector shift1 = shift0.add(8 * (bits - from1));
    IntVector shift2 = shift0.add(8 * (2 * bits - from2));
    IntVector shift3 = shift0.add(8 * (3 * bits - from3));
    for (int r = 0; r < rows; r++) {
      FloatVector total = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * bits * blocks * r;
      int g = group + groups * r;
      for (int i = 0; i < blocks; i++) {
        int o = from + BLOCK * i;
        long p = row + 4L * bits * i;
        IntVector w = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, p)));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shift0));
        FloatVector q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        FloatVector a = q.mul(FloatVector.fromArray(Lanes.ROW, x, o));
        w = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, p + from1)));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shift1));
        q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        FloatVector b = q.mul(FloatVector.fromArray(Lanes.ROW, x, o + V));
        w = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, p + from2)));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shift2));
        q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, x, o + 2 * V), a);
        w = INTS.cast(IntVector.broadcast(Lanes.WORDS, packed.get(INT, p + from3)));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shift3));
        q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, x, o + 3 * V), b);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g + (i >> shift)]));
        total = s.fma(FLOATS.cast(a).add(b), total);
      }
      FLOATS.cast(total).intoArray(lanes, to + V * r);
    }
  }

  /** Five and six bits: the last four codes lie in another word than the first. */
  static void twoWords(
      MemorySegment packed, long at, int rows, int bits, int blocks, float[] x, int from, float[] scales, int group,
      int groups, int shift, float[] lanes, int to) {
    int mask = (1 << bits) - 1;
    IntVector shifts = LANE.and(3).mul(bits);
    for (int r = 0; r < rows; r++) {
      FloatVector total = FloatVector.fromArray(Lanes.ROW, lanes, to + V * r);
      long row = at + 4L * bits * blocks * r;
      int g = group + groups * r;
      for (int i = 0; i < blocks; i++) {
        int o = from + BLOCK * i;
        long p = row + 4L * bits * i;
        long words = packed.get(LONG, p);
        IntVector w = INTS.cast(IntVector.broadcast(Lanes.WORDS, (int) words));
        w = INTS.cast(w.blend(IntVector.broadcast(Lanes.WORDS, (int) (words >>> 4 * bits)), LAST_FOUR));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shifts));
        FloatVector q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        FloatVector a = q.mul(FloatVector.fromArray(Lanes.ROW, x, o));
        words = packed.get(LONG, p + bits);
        w = INTS.cast(IntVector.broadcast(Lanes.WORDS, (int) words));
        w = INTS.cast(w.blend(IntVector.broadcast(Lanes.WORDS, (int) (words >>> 4 * bits)), LAST_FOUR));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shifts));
        q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        FloatVector b = q.mul(FloatVector.fromArray(Lanes.ROW, x, o + V));
        words = packed.get(LONG, p + 2 * bits);
        w = INTS.cast(IntVector.broadcast(Lanes.WORDS, (int) words));
        w = INTS.cast(w.blend(IntVector.broadcast(Lanes.WORDS, (int) (words >>> 4 * bits)), LAST_FOUR));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shifts));
        q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        a = q.fma(FloatVector.fromArray(Lanes.ROW, x, o + 2 * V), a);
        words = packed.get(LONG, p + 4 * bits - 8) >>> 8 * (8 - bits); // not past the block
        w = INTS.cast(IntVector.broadcast(Lanes.WORDS, (int) words));
        w = INTS.cast(w.blend(IntVector.broadcast(Lanes.WORDS, (int) (words >>> 4 * bits)), LAST_FOUR));
        w = INTS.cast(w.lanewise(VectorOperators.LSHR, shifts));
        q = FLOATS.cast(INTS.cast(w.and(mask)).convert(VectorOperators.I2F, 0));
        b = q.fma(FloatVector.fromArray(Lanes.ROW, x, o + 3 * V), b);
        FloatVector s = FLOATS.cast(FloatVector.broadcast(Lanes.ROW, scales[g + (i >> shift)]));
        total = s.fma(FLOATS.cast(a).add(b), total);
      }
      FLOATS.cast(total).intoArray(lanes, to + V * r);
    }
  }
}
