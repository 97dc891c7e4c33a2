package dev.quipu.ops;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The sum of floats in memory, by as many chains as keep the memory bus busy: how fast weights could be read at best. */
final class StreamRoof {

  private static final int V = Lanes.ROW.length();
  private static final int STEP = 8 * V; // floats a round

  private StreamRoof() {}

  /** The sum of {@code count} floats, a multiple of 128. */
  static float sum(MemorySegment data, int count) {
    FloatVector s0 = FloatVector.zero(Lanes.ROW);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int i = 0; i < count / STEP; i++) {
      long at = 4L * STEP * i;
      s0 = s0.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at, Lanes.ORDER));
      s1 = s1.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 4 * V, Lanes.ORDER));
      s2 = s2.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 8 * V, Lanes.ORDER));
      s3 = s3.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 12 * V, Lanes.ORDER));
      s4 = s4.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 16 * V, Lanes.ORDER));
      s5 = s5.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 20 * V, Lanes.ORDER));
      s6 = s6.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 24 * V, Lanes.ORDER));
      s7 = s7.add(FloatVector.fromMemorySegment(Lanes.ROW, data, at + 28 * V, Lanes.ORDER));
    }
    s0 = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)));
    return s0.reduceLanes(VectorOperators.ADD);
  }
}
