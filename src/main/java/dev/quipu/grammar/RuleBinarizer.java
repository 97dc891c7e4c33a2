package dev.quipu.grammar;

import dev.quipu.QuipuException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From expressions to rules of at most two symbols. Repetitions become left recursion, counts a logarithmic number of
 * rules. Symbols of rules are negative here ({@code ~n}): how many terminals there are is not known before the end.
 */
final class RuleBinarizer {

  /** Rules of at most two symbols that a grammar may have. */
  static final int MAX_RULES = 500_000;
  /** Times that something may be repeated by count. */
  static final int MAX_COUNT = 1_000_000;

  private final String name;
  private final RuleList rules = new RuleList();
  private final List<Terminal> terminals = new ArrayList<>();
  private final Map<Terminal, Integer> terminalIds = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final BitSet neverEmpty = new BitSet(); // by the number of the nonterminal
  private final BitSet onlyEmpty = new BitSet();
  private int nonterminals;
  private final int empty = fresh();

  RuleBinarizer(String name) {
    this.name = name;
    add(empty, NOTHING, NOTHING);
  }

  static final int NOTHING = Integer.MIN_VALUE;

  /** The rules of all names. */
  static RuleReducer binarize(String name, Map<String, Expression> bodies) {
    RuleBinarizer binarizer = new RuleBinarizer(name);
    for (var rule : bodies.entrySet()) {
      binarizer.alternatives(binarizer.symbol(rule.getKey()), rule.getValue());
    }
    return new RuleReducer(name, binarizer.terminals, binarizer.nonterminals, binarizer.rules, binarizer.names,
        binarizer.neverEmpty, binarizer.onlyEmpty);
  }

  private int fresh() {
    return ~nonterminals++;
  }

  private void add(int left, int first, int second) {
    if (rules.size() == MAX_RULES) {
      throw new QuipuException(name + ": the grammar has more than " + MAX_RULES + " rules of two symbols; "
          + "make it smaller");
    }
    rules.add(left, first, second);
  }

  private int symbol(String rule) {
    return names.computeIfAbsent(rule, absent -> fresh());
  }

  private int symbol(Expression expression) {
    return switch (expression) {
      case Expression.Leaf leaf -> terminal(leaf.terminal());
      case Expression.Reference reference -> symbol(reference.rule());
      case Expression.Sequence sequence when sequence.parts().isEmpty() -> empty;
      case Expression.Sequence sequence when sequence.parts().size() == 1 -> symbol(sequence.parts().getFirst());
      case Expression.Repetition repetition -> repetition(repetition);
      default -> {
        int left = fresh();
        alternatives(left, expression);
        yield left;
      }
    };
  }

  private int terminal(Terminal terminal) {
    return terminalIds.computeIfAbsent(terminal, absent -> {
      terminals.add(absent);
      return terminals.size() - 1;
    });
  }

  private void alternatives(int left, Expression body) {
    if (body instanceof Expression.Choice choice) {
      for (Expression option : choice.options()) {
        alternatives(left, option);
      }
    } else if (body instanceof Expression.Sequence sequence && sequence.parts().size() > 1) {
      sequence(left, sequence.parts());
    } else {
      add(left, symbol(body), NOTHING);
    }
  }

  private void sequence(int left, List<Expression> parts) {
    int so = symbol(parts.getFirst());
    for (int i = 1; i < parts.size(); i++) {
      int both = i == parts.size() - 1 ? left : fresh();
      add(both, so, symbol(parts.get(i)));
      so = both;
    }
  }

  /**
   * Counts only what is not empty, as there would be more ways to read a text than characters in it; if what is
   * repeated may be empty, it need not be there.
   */
  private int repetition(Expression.Repetition repetition) {
    int of = symbol(repetition.of());
    if (repetition.of() instanceof Expression.Leaf) {
      return repeat(of, repetition.min(), repetition.max());
    }
    int some = part(of, neverEmpty);
    int times = repeat(some, repetition.min(), repetition.max());
    return repetition.min() == 0 ? times
        : either(times, pair(part(of, onlyEmpty), repeat(some, 0, repetition.max())));
  }

  private int part(int of, BitSet kind) {
    int part = fresh();
    kind.set(~part);
    add(part, of, NOTHING);
    return part;
  }

  private int repeat(int of, int min, int max) {
    int times = exactly(of, min);
    int more = max == Expression.NO_LIMIT ? any(of) : upTo(of, max - min);
    return times == empty ? more : more == empty ? times : pair(times, more);
  }

  private int pair(int first, int second) {
    int both = fresh();
    add(both, first, second);
    return both;
  }

  private int either(int one, int other) {
    int either = fresh();
    add(either, one, NOTHING);
    add(either, other, NOTHING);
    return either;
  }

  private int any(int of) {
    int any = either(empty, of);
    add(any, any, of);
    return any;
  }

  private int exactly(int of, int count) {
    int product = empty;
    int power = of;
    for (int rest = count; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        product = product == empty ? power : pair(product, power);
      }
      power = rest > 1 ? pair(power, power) : power;
    }
    return product;
  }

  /** None to count times: once up to 2n times is once up to n times, behind n times or not. */
  private int upTo(int of, int count) {
    if (count == 0) {
      return empty;
    }
    int some = of; // once up to so times, and exactly so times
    int exactly = of;
    int so = 1;
    for (int bit = Integer.highestOneBit(count) >> 1; bit > 0; bit >>= 1) {
      some = either(some, pair(exactly, some));
      exactly = pair(exactly, exactly);
      so *= 2;
      if ((count & bit) != 0) {
        some = either(of, pair(of, some));
        exactly = pair(exactly, of);
        so++;
      }
    }
    return either(empty, some);
  }
}
