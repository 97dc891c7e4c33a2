package dev.quipu.ops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * What this machine can do at most, measured: what no kernel can surpass. Needs the Vector API.
 *
 * @param bytesPerSecond read from memory
 * @param flopsPerSecond additions and multiplications of float32, fused, in registers
 */
public record Roofs(double bytesPerSecond, double flopsPerSecond) {

  private static final long STREAM_BYTES = 1L << 30; // far more than any cache holds
  private static final int BLOCK_FLOATS = 1 << 20;
  private static final int BLOCK_BYTES = 4 * BLOCK_FLOATS;
  private static final int ROUNDS = 100_000; // of a loop over registers: some 0.2 ms
  private static final int ITEMS = 64; // such loops a thread
  private static final int WARM_UP_CALLS = 20_000;
  private static final int WARM_UP_ROUNDS = 20;
  private static final long FAST_NANOS = 500_000; // a hundredth of the rounds takes some 2,000
  private static final int TIMES = 10; // at least, and as long as it takes for others to have let the machine alone
  private static final long LEAST_NANOS = 700_000_000;
  private static final long MOST_NANOS = 3_000_000_000L;

  /**
   * Takes about three seconds.
   *
   * @param threads that work at once
   * @param memory  where a GiB is put; it need not be zeroed
   */
  public static Roofs measure(int threads, SegmentAllocator memory) {
    try (RowPool pool = new RowPool(threads)) {
      double flops = 0;
      for (int loop = 0; loop < FmaRoof.LANES.length; loop++) {
        flops = Math.max(flops, flops(pool, loop));
      }
      return new Roofs(bytes(pool, memory.allocate(STREAM_BYTES, 64)), flops);
    }
  }

  private static double flops(RowPool pool, int loop) {
    int lanes = FmaRoof.LANES[loop];
    if (lanes == 0) {
      return 0;
    }
    int rounds = warmUp(loop);
    int items = ITEMS * pool.threads();
    double seconds = best(pool, items, _ -> FmaRoof.run(loop, rounds), 0.5 * rounds * lanes * items);
    return 2.0 * lanes * rounds * items / seconds;
  }

  /** @return rounds that take some 0.2 ms, or a while if vectors are not compiled as they should be */
  private static int warmUp(int loop) {
    for (int call = 0; call < WARM_UP_CALLS; call++) {
      FmaRoof.run(loop, WARM_UP_ROUNDS);
    }
    long start = System.nanoTime();
    FmaRoof.run(loop, ROUNDS / 100);
    return System.nanoTime() - start < FAST_NANOS ? ROUNDS : ROUNDS / 100;
  }

  private static double bytes(RowPool pool, MemorySegment data) {
    MemorySegment[] blocks = new MemorySegment[(int) (STREAM_BYTES / BLOCK_BYTES)];
    pool.run((from, to, _) -> {
      for (int i = from; i < to; i++) {
        blocks[i] = data.asSlice((long) i * BLOCK_BYTES, BLOCK_BYTES);
        fillWithOnes(blocks[i]);
      }
    }, blocks.length);
    double ones = (double) blocks.length * BLOCK_FLOATS;
    double seconds = Double.MAX_VALUE;
    for (int l = 0; l < StreamRoof.LOOPS; l++) {
      int loop = l;
      seconds = Math.min(seconds,
          best(pool, blocks.length, i -> StreamRoof.sum(loop, blocks[i], BLOCK_FLOATS), ones));
    }
    return STREAM_BYTES / seconds;
  }

  private static void fillWithOnes(MemorySegment block) {
    for (long i = 0; i < BLOCK_FLOATS; i++) {
      block.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
    }
  }

  /** The shortest time in which the pool goes through the items, whose sum must come out: nothing was left out. */
  private static double best(RowPool pool, int items, IntToDoubleFunction work, double expected) {
    double[] results = new double[items];
    long best = Long.MAX_VALUE;
    long begin = System.nanoTime();
    for (int time = 0; System.nanoTime() - begin < (time < TIMES ? MOST_NANOS : LEAST_NANOS); time++) {
      long start = System.nanoTime();
      pool.run((from, to, _) -> {
        for (int i = from; i < to; i++) {
          results[i] = work.applyAsDouble(i);
        }
      }, items);
      best = Math.min(best, System.nanoTime() - start);
      double sum = Arrays.stream(results).sum();
      if (sum != expected) {
        throw new IllegalStateException("the loops of the roofs sum up to " + sum + " and not " + expected);
      }
    }
    return best / 1e9;
  }
}
