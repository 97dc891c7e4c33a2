package dev.quipu.text.jinja;

/**
 * The positions that {@code [start:stop:step]} picks from a sequence.
 *
 * @param stop one step past the last position where the slice is not empty
 */
record Slice(int start, int stop, int step, int length) {

  /** As CPython's {@code slice.indices}; None is an absent bound. */
  static Slice of(int size, Object startBound, Object stopBound, Object stepBound) {
    int step = stepBound == null ? 1 : bound(stepBound);
    if (step == 0) {
      throw PyException.value("slice step cannot be zero");
    }
    int first = step > 0 ? 0 : -1;
    int last = step > 0 ? size : size - 1;
    int start = startBound == null ? (step > 0 ? first : last) : clamp(bound(startBound), size, first, last);
    int stop = stopBound == null ? (step > 0 ? last : first) : clamp(bound(stopBound), size, first, last);
    long distance = step > 0 ? (long) stop - start : (long) start - stop;
    int length = distance <= 0 ? 0 : (int) ((distance - 1) / Math.abs((long) step) + 1);
    return new Slice(start, stop, step, length);
  }

  int index(int i) {
    return start + i * step;
  }

  private static int clamp(int bound, int size, int first, int last) {
    int index = bound < 0 ? bound + size : bound;
    return Math.max(first, Math.min(index, last));
  }

  private static int bound(Object value) {
    if (!Values.isInteger(value)) {
      throw PyException.type("slice indices must be integers or None or have an __index__ method");
    }
    // far enough for any sequence, and safe to add a size to
    return Math.max(-(1 << 30), Math.min(1 << 30, Numbers.toInt(value, "slice")));
  }
}
