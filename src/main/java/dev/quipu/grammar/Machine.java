package dev.quipu.grammar;

import dev.quipu.QuipuException;
import dev.quipu.mask.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An Earley machine over a grammar's lexemes. What it works out it remembers, so that most texts only walk through what
 * is known; beyond a limit it forgets all of it and begins anew. Thread-safe.
 */
final class Machine {

  /** Item sets and states of the lexer that are remembered. */
  private static final int MAX_REMEMBERED = 100_000;
  /** Ways to read a text up to one place, and, as some come about in many ways, how many are looked at to know them. */
  private static final int MAX_ITEMS = 20_000;
  private static final int MAX_ITEMS_LOOKED_AT = 100_000;

  final BinaryRules rules;
  private final Terminal[] terminals; // the grammar's own, and behind them those that mean nothing
  private final Map<ItemSet, ItemSet> sets = new HashMap<>();
  private final Map<LexemeState, LexemeState> states = new HashMap<>();
  private final Map<List<Integer>, Accepted> accepteds = new HashMap<>();
  private final Map<List<Integer>, Expectation> expectations = new HashMap<>();
  private final ItemSet root;
  private Boolean greedy;
  private ByteSet[] firsts; // of each terminal, what it begins with
  private volatile int generation;
  private int nextId;

  Machine(BinaryRules rules, List<Terminal> ignored, boolean ignoredAtStart) {
    this.rules = rules;
    this.terminals = Arrays.copyOf(rules.terminals, rules.terminals.length + ignored.size());
    for (int i = 0; i < ignored.size(); i++) {
      terminals[rules.terminals.length + i] = ignored.get(i);
    }
    int[] first = rules.start < 0 ? new int[0] : new int[] {rules.start};
    Expectation expectation = Expectation.of(first, rules, ignoredAtStart ? ignored.size() : 0);
    int[] none = {};
    this.root = new ItemSet(this, nextId++, none, none, new ItemSet[0], rules.acceptsEmpty, true, expectation);
  }

  Position start() {
    return GrammarPosition.at(root);
  }

  int generation() {
    return generation;
  }

  Terminal terminal(int number) {
    return terminals[number];
  }

  private boolean ignores(int terminal) {
    return terminal >= rules.terminals.length;
  }

  synchronized Accepted accepted(int... numbers) {
    return numbers.length == 0 ? null
        : accepteds.computeIfAbsent(Arrays.stream(numbers).boxed().toList(), absent -> new Accepted(numbers));
  }

  synchronized LexemeState state(LexemeState state) {
    LexemeState known = states.putIfAbsent(state, state);
    forgetIfTooMany();
    return known == null ? state : known;
  }

  private void forgetIfTooMany() {
    if (sets.size() + states.size() > MAX_REMEMBERED) {
      sets.clear();
      states.clear();
      accepteds.clear();
      expectations.clear();
      generation++;
    }
  }

  /** The lexer's state where the set's next lexeme begins. */
  synchronized LexemeState start(ItemSet set) {
    return isGreedy() ? LexemeState.of(this, set.expectation.terminals, starts(set.expectation.terminals),
        follows(set, true)) : plainStart(set.expectation);
  }

  /** Whether, in some place, a lexeme's being as long as it can be may keep what must follow from being written. */
  private boolean isGreedy() {
    if (greedy == null) {
      int[] all = IntStream.range(0, terminals.length).toArray();
      greedy = LexemeState.of(this, all, starts(all), null).mayTakeInWhatFollows();
    }
    return greedy;
  }

  /** What may follow each terminal of a set; with {@code closely}, nothing where that cannot go on in its turn. */
  private Follow[] follows(ItemSet set, boolean closely) {
    int[] expected = set.expectation.terminals;
    Follow[] follows = new Follow[expected.length];
    for (int i = 0; i < expected.length; i++) {
      ItemSet after = ignores(expected[i]) ? set : set.after(accepted(expected[i]));
      follows[i] = after == set || !closely || leadsOn(after) ? new Follow(firstBytes(after.expectation), after.accepts)
          : Follow.NEVER;
    }
    return follows;
  }

  private boolean leadsOn(ItemSet set) {
    int[] expected = set.expectation.terminals;
    return set.accepts || !endsMatter(set.expectation)
        || LexemeState.of(this, expected, starts(expected), follows(set, false)).leadsOn();
  }

  private Position[] starts(int[] expected) {
    return Arrays.stream(expected).mapToObj(t -> terminals[t].start).toArray(Position[]::new);
  }

  private LexemeState plainStart(Expectation expectation) {
    if (expectation.start == null) {
      expectation.start = LexemeState.of(this, expectation.terminals, starts(expectation.terminals), null);
    }
    return expectation.start;
  }

  private boolean endsMatter(Expectation expectation) {
    if (expectation.endsMatter == null) {
      expectation.endsMatter = plainStart(expectation).mayTakeInWhatFollows();
    }
    return expectation.endsMatter;
  }

  /** Whether, whatever follows a lexeme, it can begin with a byte that is not one of these. */
  boolean leavesRoom(ByteSet longer) {
    if (firsts == null) {
      firsts = new ByteSet[terminals.length];
      for (int t = 0; t < firsts.length; t++) {
        firsts[t] = LexemeState.of(this, new int[] {t}, starts(new int[] {t}), null).longer();
      }
    }
    boolean all = true;
    for (int t = 0; t < firsts.length; t++) {
      boolean room = !longer.containsAll(firsts[t]);
      if (room && ignores(t)) {
        return true;
      }
      all &= room || ignores(t);
    }
    return all;
  }

  private ByteSet firstBytes(Expectation expectation) {
    if (expectation.firstBytes == null) {
      expectation.firstBytes = plainStart(expectation).longer();
    }
    return expectation.firstBytes;
  }

  /** The set after a text that was one of these terminals. */
  synchronized ItemSet after(ItemSet set, Accepted accepted) {
    List<ItemSet> ways = new ArrayList<>();
    for (int terminal : accepted.terminals) {
      ways.add(ignores(terminal) ? set : complete(terminal, set));
    }
    return ways.size() == 1 ? ways.getFirst() : union(new ItemCollector(), ways);
  }

  /**
   * The set after a symbol that began at {@code origin}. What the completed symbol completes in its turn began further
   * back each time, so there are no circles; and what was completed once is remembered, so lists that recur at the
   * right are no dearer than those at the left.
   */
  private ItemSet complete(int symbol, ItemSet origin) {
    ItemSet known = origin.completed(symbol);
    Deque<Completion> stack = new ArrayDeque<>();
    if (known == null) {
      stack.push(new Completion(symbol, origin));
    }
    while (!stack.isEmpty()) {
      Completion top = stack.peek();
      Completion missing = top.nextUnknown();
      if (missing != null) {
        stack.push(missing);
      } else {
        known = union(top.items(), top.results);
        top.origin.completed(top.symbol, known);
        stack.pop();
      }
    }
    return known;
  }

  private ItemSet union(ItemCollector own, List<ItemSet> others) {
    if (own.isEmpty() && others.stream().allMatch(other -> other == others.getFirst())) {
      return others.getFirst();
    }
    int lookedAt = 0;
    for (ItemSet other : others) {
      own.addAll(other);
      lookedAt += other.expected.length;
      limit(own.size(), lookedAt);
    }
    return intern(own);
  }

  private void limit(int items, int lookedAt) {
    if (items > MAX_ITEMS || lookedAt > MAX_ITEMS_LOOKED_AT) {
      throw new QuipuException(rules.name + ": there are too many ways to read the text so far (" + items
          + "); make the grammar less ambiguous");
    }
  }

  private ItemSet intern(ItemCollector items) {
    ItemSet set = items.toSet(this, nextId);
    ItemSet known = sets.putIfAbsent(set, set);
    if (known != null) {
      return known;
    }
    nextId++;
    forgetIfTooMany();
    return set;
  }

  Expectation expectation(int[] symbols) {
    List<Integer> key = Arrays.stream(symbols).distinct().boxed().toList();
    int ignored = terminals.length - rules.terminals.length;
    return expectations.computeIfAbsent(key, absent -> Expectation.of(symbols, rules, ignored));
  }

  /**
   * The symbol that began at {@code origin}; or, if all that follows from its being whole is that another one is, which
   * began further back, that one. So what is nested at the end of what it is nested in leaves nothing behind.
   */
  private Item item(int symbol, ItemSet origin) {
    Item known = origin.passed(symbol);
    if (known == null) {
      Item outer = onlyOuter(symbol, origin);
      known = outer == null ? new Item(symbol, origin) : outer;
      origin.passed(symbol, known);
    }
    return known;
  }

  /** What is whole further back once the symbol is, if nothing else follows from that; otherwise null. */
  private Item onlyOuter(int symbol, ItemSet origin) {
    Item only = null;
    BitSet whole = new BitSet();
    IntStack todo = new IntStack();
    whole.set(symbol);
    todo.push(symbol);
    while (!todo.isEmpty()) {
      int part = todo.pop();
      if (origin.root && part == rules.start || beginsPair(part, origin)) {
        return null;
      }
      for (int i = origin.firstExpecting(part); i < origin.expected.length && origin.expected[i] == part; i++) {
        Item outer = new Item(origin.wholes[i], origin.origins[i]);
        if (only != null && !only.equals(outer)) {
          return null;
        }
        only = outer;
      }
      for (int parent : rules.unitParents[part]) {
        if (origin.expectation.predicted.get(parent) && !whole.get(parent)) {
          whole.set(parent);
          todo.push(parent);
        }
      }
    }
    return only;
  }

  private boolean beginsPair(int part, ItemSet origin) {
    for (int rule : rules.pairs[part]) {
      if (origin.expectation.predicted.get(rules.left[rule])) {
        return true;
      }
    }
    return false;
  }

  /** A symbol that was read from a set on, and what is whole through it: at once, or further back. */
  private final class Completion {

    final int symbol;
    final ItemSet origin;
    final List<ItemSet> results = new ArrayList<>();
    private final Set<Item> outer = new LinkedHashSet<>();
    private final IntStack begun = new IntStack(); // rules of which the first symbol is whole now
    private boolean accepts;
    private Iterator<Item> unknown;
    private Item waiting;

    Completion(int symbol, ItemSet origin) {
      this.symbol = symbol;
      this.origin = origin;
      IntStack todo = new IntStack();
      BitSet whole = new BitSet();
      whole.set(symbol);
      todo.push(symbol);
      while (!todo.isEmpty()) {
        int part = todo.pop();
        advance(part);
        for (int parent : rules.unitParents[part]) {
          if (origin.expectation.predicted.get(parent) && !whole.get(parent)) {
            whole.set(parent);
            todo.push(parent);
          }
        }
      }
      unknown = outer.iterator();
    }

    private void advance(int part) {
      accepts |= origin.root && part == rules.start;
      for (int rule : rules.pairs[part]) {
        if (origin.expectation.predicted.get(rules.left[rule])) {
          begun.push(rule);
        }
      }
      for (int i = origin.firstExpecting(part); i < origin.expected.length && origin.expected[i] == part; i++) {
        outer.add(new Item(origin.wholes[i], origin.origins[i]));
      }
    }

    /** What follows from one that is whole further back and is not worked out yet; null if there is nothing more. */
    Completion nextUnknown() {
      while (waiting != null || unknown.hasNext()) {
        waiting = waiting == null ? unknown.next() : waiting;
        ItemSet result = waiting.origin().completed(waiting.whole());
        if (result == null) {
          return new Completion(waiting.whole(), waiting.origin());
        }
        results.add(result);
        waiting = null;
      }
      return null;
    }

    ItemCollector items() {
      ItemCollector items = new ItemCollector();
      while (!begun.isEmpty()) {
        int rule = begun.pop();
        items.add(rules.second[rule], item(rules.left[rule], origin));
        limit(items.size(), 0);
      }
      if (accepts) {
        items.accept();
      }
      return items;
    }
  }
}
