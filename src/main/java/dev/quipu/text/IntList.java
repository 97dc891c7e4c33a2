package dev.quipu.text;

import java.util.Arrays;

/** A growing list of ints. Knows nothing of what they mean. */
final class IntList {

  private int[] values = new int[64];
  private int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(64, size * 2));
    }
    values[size++] = value;
  }

  void addAll(int[] more) {
    addAll(more, more.length);
  }

  void addAll(int[] more, int count) {
    if (size + count > values.length) {
      values = Arrays.copyOf(values, Math.max(size + count, size * 2));
    }
    System.arraycopy(more, 0, values, size, count);
    size += count;
  }

  int get(int i) {
    return values[i];
  }

  /** Forgets all values, and the memory they took. */
  void clear() {
    values = new int[0];
    size = 0;
  }

  int size() {
    return size;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  int[] toArray(int from) {
    return Arrays.copyOfRange(values, from, size);
  }
}
