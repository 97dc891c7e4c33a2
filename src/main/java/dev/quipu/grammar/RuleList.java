package dev.quipu.grammar;

import java.util.Arrays;

/** Rules of at most two symbols each, as they come; -1 stands where there is no symbol. */
final class RuleList {

  private int[] rules = new int[48];
  private int size;

  void add(int left, int first, int second) {
    if (3 * size == rules.length) {
      rules = Arrays.copyOf(rules, 2 * rules.length);
    }
    rules[3 * size] = left;
    rules[3 * size + 1] = first;
    rules[3 * size + 2] = second;
    size++;
  }

  int size() {
    return size;
  }

  int left(int rule) {
    return rules[3 * rule];
  }

  int first(int rule) {
    return rules[3 * rule + 1];
  }

  int second(int rule) {
    return rules[3 * rule + 2];
  }

  int[] lefts() {
    return column(0);
  }

  int[] seconds() {
    return column(2);
  }

  private int[] column(int at) {
    int[] column = new int[size];
    for (int r = 0; r < size; r++) {
      column[r] = rules[3 * r + at];
    }
    return column;
  }
}
