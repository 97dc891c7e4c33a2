package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The sum of floats in memory: how fast weights could be read at best. One thread alone does better when it reads at
 * two places, many threads mostly do when each reads at one, so there are two loops.
 */
final class StreamRoof {

  /** How many loops there are. */
  static final int LOOPS = 2;

  private static final int V = Lanes.ROW.length();
  private static final int STEP = 4 * V; // floats a round

  private StreamRoof() {}

  /** The sum of {@code count} floats, a multiple of 64. */
  static float sum(int loop, MemorySegment data, int count) {
    return loop == 0 ? atOnePlace(data, count) : atTwoPlaces(data, count);
  }

  private static float atOnePlace(MemorySegment data, int count) {
    FloatVector s0 = FloatVector.zero(Lanes.ROW);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < count / STEP; i++) {
      long at = 4L * STEP * i;
      s0 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at, Lanes.ORDER)).add(s0);
      s1 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 4 * V, Lanes.ORDER)).add(s1);
      s2 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 8 * V, Lanes.ORDER)).add(s2);
      s3 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 12 * V, Lanes.ORDER)).add(s3);
    }
    return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
  }

  private static float atTwoPlaces(MemorySegment data, int count) {
    FloatVector s0 = FloatVector.zero(Lanes.ROW);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long half = 2L * count;
    for (int i = 0; i < count / STEP; i++) {
      long at = 2L * STEP * i;
      s0 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at, Lanes.ORDER)).add(s0);
      s1 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 4 * V, Lanes.ORDER)).add(s1);
      s2 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at + half, Lanes.ORDER)).add(s2);
      s3 = FLOATS.cast(FloatVector.fromMemorySegment(Lanes.ROW, data, at + half + 4 * V, Lanes.ORDER)).add(s3);
    }
    return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
  }
}
