package dev.quipu.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Takes out of a grammar's rules what makes a prefix look alive that is not: the empty text, symbols of which no text
 * comes, and those that nothing leads to. All in time linear in the rules.
 */
final class RuleReducer {

  private static final int NONE = -1;

  private final String name;
  private final List<Terminal> terminals;
  private final Map<String, Integer> names;
  private final int symbols;
  private final BitSet neverEmpty; // symbols that leave out the empty text, and those that leave out all others
  private final BitSet onlyEmpty;
  private RuleList rules = new RuleList();

  /** @param written rules in the numbers of {@link RuleBinarizer} */
  RuleReducer(String name, List<Terminal> terminals, int nonterminals, RuleList written, Map<String, Integer> names,
      BitSet neverEmpty, BitSet onlyEmpty) {
    this.name = name;
    this.terminals = terminals;
    this.names = names;
    this.symbols = terminals.size() + nonterminals;
    this.neverEmpty = numbers(neverEmpty);
    this.onlyEmpty = numbers(onlyEmpty);
    for (int r = 0; r < written.size(); r++) {
      rules.add(number(written.left(r)), number(written.first(r)), number(written.second(r)));
    }
  }

  private int number(int symbol) {
    return symbol == RuleBinarizer.NOTHING ? NONE : symbol < 0 ? terminals.size() + ~symbol : symbol;
  }

  private BitSet numbers(BitSet nonterminals) {
    BitSet numbers = new BitSet(symbols);
    nonterminals.stream().forEach(n -> numbers.set(terminals.size() + n));
    return numbers;
  }

  /** The rules that lead from the start to a text. */
  BinaryRules reduce(String startName) {
    int start = number(names.get(startName));
    BitSet nullable = closure(new BitSet(), neverEmpty);
    keep(closure(allTerminals(), new BitSet()));
    withoutEmpty(nullable);
    keep(closure(allTerminals(), new BitSet()));
    return compact(start, nullable.get(start));
  }

  private BitSet allTerminals() {
    BitSet all = new BitSet(symbols);
    all.set(0, terminals.size());
    return all;
  }

  /** The given symbols, and those, but the excluded, that have a rule all of whose symbols are in the set. */
  private BitSet closure(BitSet set, BitSet excluded) {
    IntGroups uses = new IntGroups(symbols);
    int[] missing = new int[rules.size()];
    IntStack todo = new IntStack();
    for (int symbol = set.nextSetBit(0); symbol >= 0; symbol = set.nextSetBit(symbol + 1)) {
      todo.push(symbol);
    }
    for (int r = 0; r < rules.size(); r++) {
      missing[r] = count(r, uses);
      if (missing[r] == 0 && !set.get(rules.left(r)) && !excluded.get(rules.left(r))) {
        set.set(rules.left(r));
        todo.push(rules.left(r));
      }
    }
    int[][] usesOf = uses.toArrays();
    while (!todo.isEmpty()) {
      for (int r : usesOf[todo.pop()]) {
        int left = rules.left(r);
        if (--missing[r] == 0 && !set.get(left) && !excluded.get(left)) {
          set.set(left);
          todo.push(left);
        }
      }
    }
    return set;
  }

  private int count(int rule, IntGroups uses) {
    int count = 0;
    for (int symbol : new int[] {rules.first(rule), rules.second(rule)}) {
      if (symbol != NONE) {
        uses.add(symbol, rule);
        count++;
      }
    }
    return count;
  }

  private void keep(BitSet productive) {
    RuleList kept = new RuleList();
    for (int r = 0; r < rules.size(); r++) {
      if (has(productive, rules.first(r)) && has(productive, rules.second(r))) {
        kept.add(rules.left(r), rules.first(r), rules.second(r));
      }
    }
    rules = kept;
  }

  private static boolean has(BitSet set, int symbol) {
    return symbol == NONE || set.get(symbol);
  }

  private void withoutEmpty(BitSet nullable) {
    RuleList full = new RuleList();
    for (int r = 0; r < rules.size(); r++) {
      int left = rules.left(r);
      int first = rules.first(r);
      int second = rules.second(r);
      if (onlyEmpty.get(left)) {
        continue;
      }
      if (second != NONE) {
        full.add(left, first, second);
        addUnless(nullable.get(first), full, left, second);
        addUnless(nullable.get(second), full, left, first);
      } else if (first != NONE) {
        addUnless(true, full, left, first);
      }
    }
    rules = full;
  }

  private static void addUnless(boolean unit, RuleList full, int left, int of) {
    if (unit && left != of) {
      full.add(left, of, NONE);
    }
  }

  /** The symbols that the start leads to, numbered anew; a symbol that only renames another is that one. */
  private BinaryRules compact(int start, boolean acceptsEmpty) {
    int[] alias = aliases();
    IntGroups byLeft = new IntGroups(symbols);
    for (int r = 0; r < rules.size(); r++) {
      byLeft.add(rules.left(r), r);
    }
    int[][] rulesOf = byLeft.toArrays();
    if (rulesOf[start].length == 0) {
      return new BinaryRules(name, new Terminal[0], 0, NONE, acceptsEmpty, new RuleList());
    }
    BitSet reached = reach(alias[start], alias, rulesOf);
    int[] number = new int[symbols];
    Arrays.fill(number, NONE);
    int count = 0;
    for (int symbol = reached.nextSetBit(0); symbol >= 0; symbol = reached.nextSetBit(symbol + 1)) {
      number[symbol] = count++;
    }
    RuleList numbered = new RuleList();
    for (int r = 0; r < rules.size(); r++) {
      if (number[rules.left(r)] != NONE) {
        int second = rules.second(r) == NONE ? NONE : number[alias[rules.second(r)]];
        numbered.add(number[rules.left(r)], number[alias[rules.first(r)]], second);
      }
    }
    Terminal[] used =
        reached.stream().filter(s -> s < terminals.size()).mapToObj(terminals::get).toArray(Terminal[]::new);
    return new BinaryRules(name, used, count, number[alias[start]], acceptsEmpty, numbered);
  }

  private int[] aliases() {
    int[] rulesOf = new int[symbols];
    int[] only = new int[symbols];
    for (int r = 0; r < rules.size(); r++) {
      rulesOf[rules.left(r)]++;
      only[rules.left(r)] = rules.second(r) == NONE ? rules.first(r) : NONE;
    }
    int[] alias = new int[symbols];
    for (int symbol = 0; symbol < symbols; symbol++) {
      int end = symbol;
      while (rulesOf[end] == 1 && only[end] != NONE) { // no cycle: no text would come of it
        end = only[end];
      }
      for (int on = symbol; on != end; ) {
        int next = only[on];
        only[on] = end; // shorter the next time
        alias[on] = end;
        on = next;
      }
      alias[end] = end;
    }
    return alias;
  }

  private BitSet reach(int start, int[] alias, int[][] rulesOf) {
    BitSet reached = new BitSet(symbols);
    IntStack todo = new IntStack();
    reached.set(start);
    todo.push(start);
    while (!todo.isEmpty()) {
      for (int r : rulesOf[todo.pop()]) {
        for (int symbol : new int[] {rules.first(r), rules.second(r)}) {
          int real = symbol == NONE ? start : alias[symbol];
          if (!reached.get(real)) {
            reached.set(real);
            todo.push(real);
          }
        }
      }
    }
    return reached;
  }
}
