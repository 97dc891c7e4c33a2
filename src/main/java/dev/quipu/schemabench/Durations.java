package dev.quipu.schemabench;

import java.util.Arrays;

/** Times that were measured, and which of them most are below. */
public final class Durations {

  private long[] nanos = new long[1024];
  private int count;
  private boolean sorted;

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = duration;
    sorted = false;
  }

  public int count() {
    return count;
  }

  /**
   * The time, in nanoseconds, that this share of all measurements does not exceed; 0 if there is none.
   *
   * @param share from 0 to 1, which is the longest
   */
  public long quantile(double share) {
    if (!sorted) {
      Arrays.sort(nanos, 0, count);
      sorted = true;
    }
    return count == 0 ? 0 : nanos[Math.max(0, (int) Math.ceil(share * count) - 1)];
  }
}
