package dev.quipu.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Looks for literals that make an object's formula true and can be satisfied together: by choosing what asks for
 * nothing new, and if that fails by trying one way after the other.
 */
final class ObjectSearch {

  private final ObjectState state;
  private final Predicate<Node> exists;

  /** @param exists which values there are */
  ObjectSearch(ObjectState state, Predicate<Node> exists) {
    this.state = state;
    this.exists = exists;
  }

  /** Null if there are no such literals. */
  ObjectDemands find(Formula formula) {
    return find(formula, Set.of());
  }

  private ObjectDemands find(Formula open, Set<Formula> chosen) {
    Set<Formula> literals = new LinkedHashSet<>(chosen);
    List<Collection<Formula>> choices = new ArrayList<>();
    for (Formula part : Formula.conjuncts(open)) {
      if (part instanceof Formula.Parts choice) {
        choices.add(choice.parts);
      } else if (part == Formula.FALSE) {
        return null;
      } else if (part != Formula.TRUE) {
        literals.add(part);
      }
    }
    ObjectDemands demands = demands(literals);
    if (!demands.satisfiable()) {
      return null;
    }
    choices.removeIf(choice -> isSettled(choice, literals));
    if (choices.isEmpty()) {
      return demands;
    }
    ObjectDemands easiest = easiest(choices, literals);
    return easiest != null ? easiest : search(choices, literals);
  }

  private ObjectDemands demands(Set<Formula> literals) {
    return new ObjectDemands(state, literals, exists);
  }

  /** Whether the literals chosen make one of the ways true. */
  private static boolean isSettled(Collection<Formula> choice, Set<Formula> literals) {
    for (Formula way : choice) {
      if (literals.containsAll(Formula.conjuncts(way))) {
        return true;
      }
    }
    return false;
  }

  /** One choice after the other takes the way that asks for the least beside what was taken; null if that fails. */
  private ObjectDemands easiest(List<Collection<Formula>> choices, Set<Formula> chosen) {
    Set<Formula> literals = new LinkedHashSet<>(chosen);
    ObjectDemands demands = demands(literals);
    List<Collection<Formula>> hardestFirst = new ArrayList<>(choices);
    hardestFirst.sort(Comparator.comparingInt(choice -> -demands.asked(easiestFirst(choice, demands).getFirst())));
    for (Collection<Formula> choice : hardestFirst) {
      if (!take(choice, literals, demands)) {
        return null;
      }
    }
    return demands.satisfiable() ? demands : null;
  }

  private static boolean take(Collection<Formula> choice, Set<Formula> literals, ObjectDemands demands) {
    if (isSettled(choice, literals)) {
      return true;
    }
    Formula way = easiestFirst(choice, demands).getFirst();
    if (demands.asked(way) >= ObjectDemands.IMPOSSIBLE) {
      return false;
    }
    for (Formula part : Formula.conjuncts(way)) {
      if (part instanceof Formula.Literal literal && literals.add(literal)) {
        demands.add(literal);
      } else if (part instanceof Formula.Parts inner && !take(inner.parts, literals, demands)) {
        return false;
      }
    }
    return true;
  }

  private static List<Formula> easiestFirst(Collection<Formula> ways, ObjectDemands beside) {
    return ways.stream().sorted(Comparator.comparingInt(beside::asked)).toList();
  }

  /** With each way of the choice that has the fewest of them open. */
  private ObjectDemands search(List<Collection<Formula>> choices, Set<Formula> literals) {
    List<Formula> fewest = null;
    Collection<Formula> next = null;
    for (Collection<Formula> choice : choices) {
      List<Formula> open = choices.size() == 1 ? List.copyOf(choice) : openWays(choice, literals);
      if (fewest == null || open.size() < fewest.size()) {
        fewest = open;
        next = choice;
      }
      if (fewest.size() <= 1) {
        break;
      }
    }
    List<Formula> others = new ArrayList<>();
    for (Collection<Formula> choice : choices) {
      if (choice != next) {
        others.add(Formula.any(choice));
      }
    }
    for (Formula way : easiestFirst(fewest, demands(literals))) {
      List<Formula> more = new ArrayList<>(others);
      more.add(way);
      ObjectDemands found = find(Formula.all(more), literals);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The ways whose literals can be satisfied beside those that are chosen. */
  private List<Formula> openWays(Collection<Formula> choice, Set<Formula> literals) {
    List<Formula> open = new ArrayList<>();
    for (Formula way : choice) {
      Set<Formula> more = new LinkedHashSet<>(literals);
      for (Formula part : Formula.conjuncts(way)) {
        if (part instanceof Formula.Literal) {
          more.add(part);
        }
      }
      if (demands(more).satisfiable()) {
        open.add(way);
      }
    }
    return open;
  }
}
