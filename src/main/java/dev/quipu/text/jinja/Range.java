package dev.quipu.text.jinja;

/** Python's range; of at most 100,000 numbers, as the sandbox has it. */
record Range(long start, long stop, long step) {

  private static final long MAX = 100_000;

  Range {
    if (step == 0) {
      throw PyException.value("range() arg 3 must not be zero");
    }
    if (length(start, stop, step) > MAX) {
      throw PyException.overflow("Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MAX + ").");
    }
  }

  int length() {
    return (int) length(start, stop, step);
  }

  long get(int i) {
    return start + i * step;
  }

  boolean contains(long value) {
    boolean inside = step > 0 ? value >= start && value < stop : value <= start && value > stop;
    return inside && (value - start) % step == 0;
  }

  private static long length(long start, long stop, long step) {
    if (step > 0 ? start >= stop : start <= stop) {
      return 0;
    }
    // as unsigned numbers neither the difference nor the step overflows
    long distance = step > 0 ? stop - start : start - stop;
    long length = Long.divideUnsigned(distance - 1, Math.abs(step)) + 1;
    return length < 0 ? Long.MAX_VALUE : length;
  }
}
