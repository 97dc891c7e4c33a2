package dev.quipu.grammar;

import java.util.Arrays;

/** Numbers that are still to be looked at, the last one first. */
final class IntStack {

  private int[] values = new int[16];
  private int size;

  void push(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int pop() {
    return values[--size];
  }

  boolean isEmpty() {
    return size == 0;
  }
}
