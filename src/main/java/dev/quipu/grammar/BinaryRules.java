package dev.quipu.grammar;

/**
 * A grammar as the Earley machine reads it: every rule is {@code A → X} or {@code A → X Y}, no symbol has the empty
 * text, and every symbol is part of some text of the start. Symbols below {@link #terminals} are terminals.
 */
final class BinaryRules {

  final String name;
  final Terminal[] terminals;
  final int symbols;
  final int start; // -1: no text but, perhaps, the empty one
  final boolean acceptsEmpty;

  /** By symbol: the left sides of the rules of which it is the whole right side. */
  final int[][] unitParents;
  /** By symbol: the rules of two symbols that begin with it. */
  final int[][] pairs;
  /** By symbol: what its rules begin with. */
  final int[][] firsts;
  /** Of each rule of two symbols, its left side and its second symbol. */
  final int[] left;
  final int[] second;

  BinaryRules(String name, Terminal[] terminals, int symbols, int start, boolean acceptsEmpty, RuleList rules) {
    this.name = name;
    this.terminals = terminals;
    this.symbols = symbols;
    this.start = start;
    this.acceptsEmpty = acceptsEmpty;
    this.left = rules.lefts();
    this.second = rules.seconds();
    int size = rules.size();
    IntGroups units = new IntGroups(symbols);
    IntGroups twos = new IntGroups(symbols);
    IntGroups begins = new IntGroups(symbols);
    for (int r = 0; r < size; r++) {
      begins.add(left[r], rules.first(r));
      if (second[r] < 0) {
        units.add(rules.first(r), left[r]);
      } else {
        twos.add(rules.first(r), r);
      }
    }
    this.unitParents = units.toArrays();
    this.pairs = twos.toArrays();
    this.firsts = begins.toArrays();
  }

  boolean isTerminal(int symbol) {
    return symbol < terminals.length;
  }
}
