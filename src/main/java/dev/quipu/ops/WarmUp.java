package dev.quipu.ops;

import dev.quipu.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Has the JIT compile the kernels of a prompt before there is one. Interpreted vector code is a thousand times slower
 * than compiled code, and its helpers crowd the compiler's queue; so each kernel is called often on next to no data.
 */
final class WarmUp {

  private static final int CALLS = 6_000; // more than the JIT asks for
  private static final int DEPTH = 2;

  private WarmUp() {}

  static void run() {
    float[] sums = new float[8 * 4 * Lanes.WIDE.length()];
    float[] ones = new float[1024];
    java.util.Arrays.fill(ones, 1);
    MemorySegment packed = Arena.ofAuto().allocate(64);
    int cols = 4 * Lanes.WIDE.length();
    for (int i = 0; i < CALLS; i++) {
      PromptTile.fourByFour(ones, 0, DEPTH, ones, 0, DEPTH, sums, 0, cols);
    }
    for (int i = 0; i < CALLS; i++) {
      PromptTile.eightByOne(ones, 0, DEPTH, ones, 0, DEPTH, sums, 0, cols);
    }
    for (int i = 0; i < CALLS; i++) {
      Widening.eights(packed, 0, 4, 1, ones, 64, ones, ones, 0, 0);
    }
  }
}
