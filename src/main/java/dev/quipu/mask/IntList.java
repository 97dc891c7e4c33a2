package dev.quipu.mask;

import java.util.Arrays;

/** A growing list of numbers: tokens, nodes. */
final class IntList {

  private int[] numbers = new int[64];
  private int count;

  void add(int number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
  }

  /** Adds {@code others[from, to)}. */
  void add(int[] others, int from, int to) {
    int more = to - from;
    if (count + more > numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(count + more, 2 * count));
    }
    for (int i = 0; i < more; i++) {
      numbers[count + i] = others[from + i];
    }
    count += more;
  }

  int[] toArray() {
    return Arrays.copyOf(numbers, count);
  }

  int count() {
    return count;
  }

  /** Takes back all but the first ones. */
  void truncate(int first) {
    count = first;
  }

  /** Behind the numbers of another list. */
  int[] behind(int[] others) {
    int[] all = Arrays.copyOf(others, others.length + count);
    System.arraycopy(numbers, 0, all, others.length, count);
    return all;
  }
}
