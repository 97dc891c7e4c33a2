package dev.quipu.ops;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Has the JIT compile the vector kernels before the first prompt needs them: until then each vector operation is a call
 * that allocates, a hundred times slower. Each kernel runs often on next to no data, since the JIT counts calls and not
 * work; one is left alone as soon as it has become fast.
 */
final class WarmUp {

  private static final int KERNELS = 10;
  private static final int BATCH = 200; // calls
  private static final long FAST_NANOS = 200; // a call takes less once compiled, and many times more before
  private static final int EAGER_ROUNDS = 30; // 6,000 calls: the JIT has been asked to compile, now it needs the time
  private static final int MAX_ROUNDS = 300;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final int SIZE = 64;

  private final float[] ones = new float[64 * SIZE];
  private final float[] sums = new float[64 * SIZE];
  private final MemorySegment packed = Arena.ofAuto().allocate(8 * SIZE);
  private final boolean[] fast = new boolean[KERNELS];

  private WarmUp() {
    Arrays.fill(ones, 1);
  }

  static void run() {
    new WarmUp().rounds();
  }

  private void rounds() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      boolean allFast = true;
      for (int kernel = 0; kernel < KERNELS; kernel++) {
        if (!fast[kernel]) {
          fast[kernel] = batch(kernel) < BATCH * FAST_NANOS;
          allFast &= fast[kernel];
        }
      }
      if (allFast) {
        return;
      }
      if (round > EAGER_ROUNDS) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private long batch(int kernel) {
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      call(kernel);
    }
    return System.nanoTime() - start;
  }

  /** In the order in which a prompt and the first tokens after it come upon them. */
  private void call(int kernel) {
    switch (kernel) {
      case 0 -> wideTile();
      case 1 -> PromptTile.eightByOne(ones, 0, 2, ones, 0, 2, sums, 0, SIZE);
      case 2 -> Widening.eights(packed, 0, 4, 2, sums, 0, ones, ones, 0, 0);
      case 3 -> AttentionTask.dots(ones, 0, ones, 0, 5, SIZE, sums, 0);
      case 4 -> Exponential.shifted(sums, 16, 1);
      case 5 -> AttentionTask.mix(ones, 0, ones, 0, 2, SIZE, sums, 0);
      case 6 -> Exponential.gated(sums, ones, 0, 16, 1, 0);
      case 7 -> Widening.fours(packed, 0, 8, 2, sums, 0, ones, ones, 0, 0);
      case 8 -> dot4();
      case 9 -> dot8();
      default -> throw new IllegalArgumentException("no kernel " + kernel);
    }
  }

  /** The widest tile that a prompt of 40 tokens has. */
  private void wideTile() {
    if (Lanes.WIDE.length() > 8) {
      PromptTile.fourByTwo(ones, 0, 2, ones, 0, 2, sums, 0, SIZE);
    } else {
      PromptTile.fourByFour(ones, 0, 2, ones, 0, 2, sums, 0, SIZE);
    }
  }

  private void dot4() {
    if (Lanes.ROW.length() == 8) {
      Affine4Dot.spread(packed, 0, 0, 2, ones, 0, ones, ones, 0, 0, ones, 0, 2, sums, 0, 0);
    } else {
      Affine4Dot.whole(packed, 0, 0, 2, ones, 0, ones, ones, 0, 0, 0, ones, 0, 2, sums, 0, 0);
    }
  }

  private void dot8() {
    Affine8Dot.whole(packed, 0, 0, 2, ones, 0, ones, ones, 0, 0, 0, ones, 0, 2, sums, 0, 0);
  }
}
