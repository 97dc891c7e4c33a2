package dev.quipu.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.LinkedHashSet;
import java.util.function.Function;

/**
 * A boolean formula over {@link Atom}s, negated at the leaves only. Immutable, with the obvious simplified; the order
 * of parts is that of their making, and does not count in a comparison. Knows nothing of what atoms mean but that sizes
 * are ordered.
 */
sealed interface Formula {

  int MAX_SIZE = 100_000;
  Formula TRUE = new Constant(true);
  Formula FALSE = new Constant(false);

  record Constant(boolean value) implements Formula {

    @Override
    public Formula not() {
      return value ? FALSE : TRUE;
    }
  }

  record Literal(Atom atom, boolean positive) implements Formula {

    @Override
    public Formula not() {
      return new Literal(atom, !positive);
    }
  }

  /** All of the parts, at least two, none of them an All; or one of them, none of them a OneOf. */
  final class Parts implements Formula {

    final boolean all;
    final Set<Formula> parts;
    /** How many literals there are, those that stand in several places as often. */
    private final int size;
    private final int hash;

    private Parts(boolean all, Set<Formula> parts) {
      this.all = all;
      this.parts = parts;
      this.size = sizeOf(parts);
      this.hash = parts.hashCode() * 2 + (all ? 1 : 0);
    }

    @Override
    public Formula not() {
      List<Formula> negated = new ArrayList<>(parts.size());
      for (Formula part : parts) {
        negated.add(part.not());
      }
      return combined(!all, negated);
    }

    @Override
    public boolean equals(Object o) {
      return o == this || o instanceof Parts other && hash == other.hash && all == other.all
          && parts.equals(other.parts);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    private static int sizeOf(Set<Formula> parts) {
      long size = 0;
      for (Formula part : parts) {
        size += part instanceof Parts group ? group.size : 1;
      }
      if (size > MAX_SIZE) {
        throw new SchemaTooComplex("its alternatives make a formula of more than " + MAX_SIZE + " conditions");
      }
      return (int) size;
    }

    @Override
    public String toString() {
      return (all ? "all" : "any") + parts;
    }
  }

  Formula not();

  static Formula of(Atom atom) {
    return new Literal(atom, true);
  }

  static Formula all(Collection<Formula> parts) {
    return combined(true, parts);
  }

  static Formula any(Collection<Formula> parts) {
    return combined(false, parts);
  }

  static Formula all(Formula a, Formula b) {
    return a == TRUE || b == FALSE ? b : b == TRUE || a == FALSE ? a : combined(true, List.of(a, b));
  }

  static Formula any(Formula a, Formula b) {
    return a == FALSE || b == TRUE ? b : b == FALSE || a == TRUE ? a : combined(false, List.of(a, b));
  }

  private static Formula combined(boolean all, Collection<Formula> given) {
    Formula neutral = all ? TRUE : FALSE;
    Formula absorbing = all ? FALSE : TRUE;
    Set<Formula> parts = new LinkedHashSet<>();
    for (Formula part : given) {
      if (part instanceof Parts inner && inner.all == all) {
        parts.addAll(inner.parts);
      } else if (part == absorbing) {
        return absorbing;
      } else if (part != neutral) {
        parts.add(part);
      }
    }
    parts = withOneSize(all, parts);
    if (parts == null || hasOpposites(parts)) {
      return absorbing;
    }
    dropImplied(all, parts);
    return switch (parts.size()) {
      case 0 -> neutral;
      case 1 -> parts.iterator().next();
      default -> new Parts(all, parts);
    };
  }

  private static boolean hasOpposites(Set<Formula> parts) {
    for (Formula part : parts) {
      if (part instanceof Literal literal && !literal.positive && parts.contains(literal.not())) {
        return true;
      }
    }
    return false;
  }

  /** Of several bounds of the size the one that counts; null if they leave nothing. */
  private static Set<Formula> withOneSize(boolean all, Set<Formula> parts) {
    Literal low = null;
    Literal high = null;
    int sizes = 0;
    for (Formula part : parts) {
      if (part instanceof Literal literal && literal.atom instanceof Atom.Size size) {
        sizes++;
        if (literal.positive) {
          low = low == null || size.n() > n(low) == all ? literal : low;
        } else {
          high = high == null || size.n() < n(high) == all ? literal : high;
        }
      }
    }
    if (low != null && high != null && (all ? n(low) >= n(high) : n(low) <= n(high))) {
      return null;
    }
    if (sizes < 2 || sizes == 2 && low != null && high != null) {
      return parts;
    }
    Set<Formula> kept = new LinkedHashSet<>();
    for (Formula part : parts) {
      if (!(part instanceof Literal literal && literal.atom instanceof Atom.Size) || part == low || part == high) {
        kept.add(part);
      }
    }
    return kept;
  }

  private static int n(Literal size) {
    return ((Atom.Size) size.atom).n();
  }

  /** a ∨ (a ∧ b) is a, and a ∧ (a ∨ b) is a. */
  private static void dropImplied(boolean all, Set<Formula> parts) {
    List<Parts> inner = new ArrayList<>();
    for (Formula part : parts) {
      if (part instanceof Parts group) {
        inner.add(group);
      }
    }
    for (Parts group : inner) {
      boolean implied = group.parts.stream().anyMatch(parts::contains);
      for (int i = 0; !implied && inner.size() < 64 && i < inner.size(); i++) {
        Parts other = inner.get(i);
        implied = other != group && other.parts.size() < group.parts.size() && parts.contains(other)
            && group.parts.containsAll(other.parts);
      }
      if (implied) {
        parts.remove(group);
      }
    }
  }

  /** With another formula in the place of each literal. */
  static Formula map(Formula formula, Function<Literal, Formula> change) {
    return switch (formula) {
      case Constant c -> c;
      case Literal literal -> change.apply(literal);
      case Parts group -> mapped(group, change);
    };
  }

  private static Formula mapped(Parts group, Function<Literal, Formula> change) {
    List<Formula> parts = new ArrayList<>(group.parts.size());
    boolean changed = false;
    for (Formula part : group.parts) {
      Formula now = map(part, change);
      changed |= now != part;
      parts.add(now);
    }
    return changed ? combined(group.all, parts) : group;
  }

  /** Calls for each literal, from left to right. */
  static void forEach(Formula formula, java.util.function.Consumer<Literal> action) {
    switch (formula) {
      case Constant c -> { }
      case Literal literal -> action.accept(literal);
      case Parts group -> group.parts.forEach(part -> forEach(part, action));
    }
  }

  /** The conjuncts: the parts of an All, or the formula by itself. */
  static Collection<Formula> conjuncts(Formula formula) {
    return formula instanceof Parts group && group.all ? group.parts : List.of(formula);
  }
}
