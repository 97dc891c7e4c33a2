package dev.quipu.ops;

import static dev.quipu.ops.Lanes.WIDE_FLOATS;
import static dev.quipu.ops.Lanes.WIDE_INTS;

import dev.quipu.tensor.KvCache;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops of {@link WideQueries}: rows of numbers, each of which belongs to one of {@link #QUERIES} queries
 * that lie side by side in two vectors; a row of scores or weights is that of a slot, one of a mix that of a channel.
 * Knows no cache. Each number is that of {@link AttentionTile} and {@link Exponential}, to the last bit.
 *
 * <p>What tiles multiply with lies outside of the heap, on boundaries of vectors: {@link WidePanels} says why.
 */
final class WideQueryTile {

  /** Queries of a tile: two vectors. */
  static final int QUERIES = 2 * Lanes.WIDE.length();

  /** Rows that are made at a time. */
  static final int ROWS = 8;

  /** All memory, by address: no check tells what is allocated from what is not. */
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VectorSpecies<Float> WIDE = Lanes.WIDE;
  private static final int V = WIDE.length();
  private static final long BYTES = WIDE.vectorByteSize();
  private static final int STRIP = KvCache.STRIP;

  private WideQueryTile() {}

  /** {@link #ROWS} rows, Σ b[from + STRIP · k + row] · a[k] over k < depth: {@link AttentionTile#multiply} turned. */
  static void multiply(float[] b, int from, int depth, long a, float[] out, int to) {
    FloatVector s00 = FloatVector.zero(WIDE);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    FloatVector s60 = s00;
    FloatVector s61 = s00;
    FloatVector s70 = s00;
    FloatVector s71 = s00;
    for (int k = 0; k < depth; k++) {
      FloatVector a0 = FloatVector.fromMemorySegment(WIDE, MEMORY, a + 2 * BYTES * k, Lanes.ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(WIDE, MEMORY, a + 2 * BYTES * k + BYTES, Lanes.ORDER);
      FloatVector x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k]));
      s00 = x.fma(a0, s00);
      s01 = x.fma(a1, s01);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k + 1]));
      s10 = x.fma(a0, s10);
      s11 = x.fma(a1, s11);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k + 2]));
      s20 = x.fma(a0, s20);
      s21 = x.fma(a1, s21);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k + 3]));
      s30 = x.fma(a0, s30);
      s31 = x.fma(a1, s31);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k + 4]));
      s40 = x.fma(a0, s40);
      s41 = x.fma(a1, s41);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k + 5]));
      s50 = x.fma(a0, s50);
      s51 = x.fma(a1, s51);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k + 6]));
      s60 = x.fma(a0, s60);
      s61 = x.fma(a1, s61);
      x = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, b[from + STRIP * k + 7]));
      s70 = x.fma(a0, s70);
      s71 = x.fma(a1, s71);
    }
    WIDE_FLOATS.cast(s00).intoArray(out, to);
    WIDE_FLOATS.cast(s01).intoArray(out, to + V);
    WIDE_FLOATS.cast(s10).intoArray(out, to + 2 * V);
    WIDE_FLOATS.cast(s11).intoArray(out, to + 3 * V);
    WIDE_FLOATS.cast(s20).intoArray(out, to + 4 * V);
    WIDE_FLOATS.cast(s21).intoArray(out, to + 5 * V);
    WIDE_FLOATS.cast(s30).intoArray(out, to + 6 * V);
    WIDE_FLOATS.cast(s31).intoArray(out, to + 7 * V);
    WIDE_FLOATS.cast(s40).intoArray(out, to + 8 * V);
    WIDE_FLOATS.cast(s41).intoArray(out, to + 9 * V);
    WIDE_FLOATS.cast(s50).intoArray(out, to + 10 * V);
    WIDE_FLOATS.cast(s51).intoArray(out, to + 11 * V);
    WIDE_FLOATS.cast(s60).intoArray(out, to + 12 * V);
    WIDE_FLOATS.cast(s61).intoArray(out, to + 13 * V);
    WIDE_FLOATS.cast(s70).intoArray(out, to + 14 * V);
    WIDE_FLOATS.cast(s71).intoArray(out, to + 15 * V);
  }

  /** out[at …] = scale · the largest of rows [from, to), whole strips, for each query; NaN may be passed over. */
  static void largest(float[] rows, int from, int to, float scale, float[] out, int at) {
    for (int half = 0; half < QUERIES; half += V) {
      FloatVector m0 = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, from * QUERIES + half));
      FloatVector m1 = m0;
      FloatVector m2 = m0;
      FloatVector m3 = m0;
      for (int i = from; i < to; i += 4) {
        FloatVector x = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, i * QUERIES + half));
        m0 = WIDE_FLOATS.cast(m0.blend(x, x.compare(VectorOperators.GT, m0)));
        x = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, (i + 1) * QUERIES + half));
        m1 = WIDE_FLOATS.cast(m1.blend(x, x.compare(VectorOperators.GT, m1)));
        x = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, (i + 2) * QUERIES + half));
        m2 = WIDE_FLOATS.cast(m2.blend(x, x.compare(VectorOperators.GT, m2)));
        x = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, (i + 3) * QUERIES + half));
        m3 = WIDE_FLOATS.cast(m3.blend(x, x.compare(VectorOperators.GT, m3)));
      }
      m0 = WIDE_FLOATS.cast(WIDE_FLOATS.cast(m0.max(m1)).max(WIDE_FLOATS.cast(m2.max(m3))));
      WIDE_FLOATS.cast(m0.mul(scale)).intoArray(out, at + half);
    }
  }

  /**
   * Rows of out = e^(scale · row − max), for rows [from, to) and each query's max, as {@link Exponential#shifted}; 0
   * where all of a query's numbers are −∞.
   */
  static void shifted(float[] rows, int from, int to, float scale, float[] max, int at, long out) {
    for (int half = 0; half < QUERIES; half += V) {
      FloatVector shift = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, max, at + half));
      shift = WIDE_FLOATS.cast(shift.blend(0, shift.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY)));
      for (int i = from; i < to; i++) {
        FloatVector x = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, i * QUERIES + half));
        x = WIDE_FLOATS.cast(WIDE_FLOATS.cast(x.mul(scale)).sub(shift));
        x = WIDE_FLOATS.cast(x.blend(Exponential.LOWEST, x.compare(VectorOperators.LT, Exponential.LOWEST)));
        FloatVector rounded = WIDE_FLOATS.cast(
            x.fma(FloatVector.broadcast(WIDE, Exponential.LOG2_E), FloatVector.broadcast(WIDE, Exponential.ROUND_UP)));
        FloatVector whole = WIDE_FLOATS.cast(rounded.sub(Exponential.ROUND_UP));
        FloatVector r = whole.fma(FloatVector.broadcast(WIDE, -Exponential.LN2_HIGH), x);
        r = WIDE_FLOATS.cast(whole.fma(FloatVector.broadcast(WIDE, -Exponential.LN2_LOW), r));
        FloatVector e = r.fma(FloatVector.broadcast(WIDE, 1f / 5040), FloatVector.broadcast(WIDE, 1f / 720));
        e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 120));
        e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 24));
        e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 6));
        e = r.fma(e, FloatVector.broadcast(WIDE, 0.5f));
        e = r.fma(e, FloatVector.broadcast(WIDE, 1f));
        e = r.fma(e, FloatVector.broadcast(WIDE, 1f));
        IntVector power = WIDE_INTS.cast(rounded.reinterpretAsInts());
        power = WIDE_INTS.cast(power.lanewise(VectorOperators.LSHL, 23));
        e = WIDE_FLOATS.cast(WIDE_FLOATS.cast(e).mul(WIDE_FLOATS.cast(power.reinterpretAsFloats())));
        WIDE_FLOATS.cast(e.mul(Exponential.DOWN))
            .intoMemorySegment(MEMORY, out + 2 * BYTES * i + Float.BYTES * half, Lanes.ORDER);
      }
    }
  }

  /** out[at …] = Σ of rows [from, to), whole strips, for each query, in the order of {@link Exponential#shifted}. */
  static void sum(long rows, int from, int to, float[] out, int at) {
    for (int half = 0; half < QUERIES; half += V) {
      FloatVector s0 = WIDE_FLOATS.cast(FloatVector.zero(WIDE));
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      FloatVector s4 = s0;
      FloatVector s5 = s0;
      FloatVector s6 = s0;
      FloatVector s7 = s0;
      for (int i = from; i < to; i += 8) {
        long row = rows + 2 * BYTES * i + Float.BYTES * half;
        s0 = s0.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row, Lanes.ORDER));
        s1 = s1.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row + 2 * BYTES, Lanes.ORDER));
        s2 = s2.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row + 4 * BYTES, Lanes.ORDER));
        s3 = s3.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row + 6 * BYTES, Lanes.ORDER));
        s4 = s4.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row + 8 * BYTES, Lanes.ORDER));
        s5 = s5.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row + 10 * BYTES, Lanes.ORDER));
        s6 = s6.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row + 12 * BYTES, Lanes.ORDER));
        s7 = s7.add(FloatVector.fromMemorySegment(WIDE, MEMORY, row + 14 * BYTES, Lanes.ORDER));
      }
      s0 = WIDE_FLOATS.cast(s0.add(s4)).add(WIDE_FLOATS.cast(s2.add(s6)));
      s1 = WIDE_FLOATS.cast(s1.add(s5)).add(WIDE_FLOATS.cast(s3.add(s7)));
      WIDE_FLOATS.cast(WIDE_FLOATS.cast(s0).add(s1)).intoArray(out, at + half);
    }
  }

  /**
   * rows[at …] = rows · a + next · b, {@code count} of each; a and b are rows at {@code factors}. What belongs to a
   * query whose {@code next[max …]} is −∞ stays as it is.
   */
  static void join(float[] rows, int at, float[] next, int count, long factors, int max) {
    for (int half = 0; half < QUERIES; half += V) {
      long factor = factors + Float.BYTES * half;
      FloatVector a = FloatVector.fromMemorySegment(WIDE, MEMORY, factor, Lanes.ORDER);
      FloatVector b = FloatVector.fromMemorySegment(WIDE, MEMORY, factor + 2 * BYTES, Lanes.ORDER);
      VectorMask<Float> stays = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, next, max + half))
          .compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY);
      for (int i = half; i < count * QUERIES; i += QUERIES) {
        FloatVector x = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, at + i));
        FloatVector y = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, next, i)).mul(b);
        y = WIDE_FLOATS.cast(WIDE_FLOATS.cast(x.mul(a)).add(WIDE_FLOATS.cast(y)));
        WIDE_FLOATS.cast(y.blend(x, stays)).intoArray(rows, at + i);
      }
    }
  }

  /** rows[at …] = rows / the row at {@code by}, {@code count} of them. */
  static void divide(float[] rows, int at, int count, int by) {
    for (int half = 0; half < QUERIES; half += V) {
      FloatVector divisor = FloatVector.fromArray(WIDE, rows, by + half);
      for (int i = at + half; i < at + count * QUERIES; i += QUERIES) {
        WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, rows, i)).div(divisor).intoArray(rows, i);
      }
    }
  }
}
