package dev.quipu.grammar;

/** The terminals that one text may be; interned, compared by identity. */
final class Accepted {

  final int[] terminals;

  Accepted(int[] terminals) {
    this.terminals = terminals;
  }
}
