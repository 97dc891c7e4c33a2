package dev.quipu.grammar;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A set of Earley's, between two lexemes: the symbols that are expected as the second of a rule, what is whole when
 * they have been read and where that began, and whether the text so far is whole. What was read before is in it only as
 * far as it matters for what follows, so equal sets are one object wherever in a text they are: those behind the
 * elements of a list, however long it is.
 */
final class ItemSet {

  final Machine machine;
  final int[] expected; // rising
  final int[] wholes; // of each, the left side of the rule
  final ItemSet[] origins; // and where that began
  final boolean accepts;
  final boolean root;
  final int id;
  final Expectation expectation;
  private final int hash;
  private volatile Memory memory = Memory.NONE;
  private Map<Integer, ItemSet> completed;
  private Map<Integer, Item> passed;
  private int completedGeneration = -1;

  ItemSet(Machine machine, int id, int[] expected, int[] wholes, ItemSet[] origins, boolean accepts,
      boolean root, Expectation expectation) {
    this.machine = machine;
    this.id = id;
    this.expected = expected;
    this.wholes = wholes;
    this.origins = origins;
    this.accepts = accepts;
    this.root = root;
    this.expectation = expectation;
    int sum = (Arrays.hashCode(expected) * 31 + Arrays.hashCode(wholes)) * 2 + (accepts ? 1 : 0);
    for (ItemSet origin : origins) {
      sum = 31 * sum + origin.id;
    }
    this.hash = sum;
  }

  /** The set after a text that is one of these terminals. */
  ItemSet after(Accepted accepted) {
    Memory known = memory;
    if (known.generation == machine.generation()) {
      for (int i = 0; i < known.keys.length; i++) {
        if (known.keys[i] == accepted) {
          return known.sets[i];
        }
      }
    }
    ItemSet after = machine.after(this, accepted);
    remember(accepted, after);
    return after;
  }

  private void remember(Accepted key, ItemSet set) {
    synchronized (machine) {
      memory = memory.of(machine.generation()).with(key, set);
    }
  }

  /** The state of the lexer at the beginning of the next lexeme. */
  LexemeState start() {
    Memory known = memory;
    if (known.generation == machine.generation() && known.start != null) {
      return known.start;
    }
    synchronized (machine) {
      LexemeState start = machine.start(this);
      memory = memory.of(machine.generation()).with(start);
      return start;
    }
  }

  /** Where a symbol that began here leads to once it is whole, if that is known. The machine alone asks. */
  Item passed(int symbol) {
    return completedGeneration == machine.generation() ? passed.get(symbol) : null;
  }

  void passed(int symbol, Item item) {
    forgetIfOld();
    passed.put(symbol, item);
  }

  /** What followed when the symbol that began here was read, if that is known. The machine alone asks. */
  ItemSet completed(int symbol) {
    return completedGeneration == machine.generation() ? completed.get(symbol) : null;
  }

  void completed(int symbol, ItemSet set) {
    forgetIfOld();
    completed.put(symbol, set);
  }

  private void forgetIfOld() {
    if (completedGeneration != machine.generation()) {
      completedGeneration = machine.generation();
      completed = new HashMap<>(4);
      passed = new HashMap<>(4);
    }
  }

  /** The first place where the symbol is expected; if there is none, one where another is. */
  int firstExpecting(int symbol) {
    int from = 0;
    int to = expected.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (expected[middle] < symbol) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ItemSet set && hash == set.hash && accepts == set.accepts && root == set.root
        && Arrays.equals(expected, set.expected) && Arrays.equals(wholes, set.wholes) && sameOrigins(set);
  }

  private boolean sameOrigins(ItemSet other) {
    for (int i = 0; i < origins.length; i++) {
      if (origins[i] != other.origins[i]) {
        return false;
      }
    }
    return true;
  }

  /** What was found out about a set, as long as the machine remembers: it forgets by counting generations. */
  private record Memory(int generation, LexemeState start, Accepted[] keys, ItemSet[] sets) {

    static final Memory NONE = new Memory(-1, null, new Accepted[0], new ItemSet[0]);

    Memory of(int now) {
      return generation == now ? this : new Memory(now, null, NONE.keys, NONE.sets);
    }

    Memory with(LexemeState start) {
      return new Memory(generation, start, keys, sets);
    }

    Memory with(Accepted key, ItemSet set) {
      Accepted[] moreKeys = Arrays.copyOf(keys, keys.length + 1);
      ItemSet[] moreSets = Arrays.copyOf(sets, sets.length + 1);
      moreKeys[keys.length] = key;
      moreSets[keys.length] = set;
      return new Memory(generation, start, moreKeys, moreSets);
    }
  }
}
