package dev.quipu.grammar;

import java.util.BitSet;
import java.util.stream.IntStream;

/** What may begin at a place where some symbols are expected. Interned by these symbols. */
final class Expectation {

  final BitSet predicted;
  final int[] terminals;

  // worked out by the machine when asked for
  LexemeState start;
  ByteSet firstBytes;
  Boolean endsMatter;

  private Expectation(BitSet predicted, int[] terminals) {
    this.predicted = predicted;
    this.terminals = terminals;
  }

  /** @param ignored how many terminals may stand here and mean nothing; their numbers are behind the grammar's own */
  static Expectation of(int[] symbols, BinaryRules rules, int ignored) {
    BitSet predicted = new BitSet(rules.symbols);
    IntStack todo = new IntStack();
    for (int symbol : symbols) {
      predicted.set(symbol);
      todo.push(symbol);
    }
    while (!todo.isEmpty()) {
      for (int first : rules.firsts[todo.pop()]) {
        if (!predicted.get(first)) {
          predicted.set(first);
          todo.push(first);
        }
      }
    }
    int own = rules.terminals.length;
    int[] terminals = IntStream.concat(predicted.stream().takeWhile(symbol -> symbol < own),
        IntStream.range(own, own + ignored)).toArray();
    return new Expectation(predicted, terminals);
  }
}
