package dev.quipu.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One way on for a container's formula when another value comes: what that value has to satisfy, and what then remains
 * to be satisfied. All ways together are the formula; a value may be open to several.
 */
record Split(Node value, Formula rest) {

  /**
   * What becomes of a literal that a value concerns.
   *
   * @param value       the schema that decides
   * @param better      whether satisfying it is what the formula wants: then {@code ifTrue} follows from
   *                    {@code ifFalse}, else the other way round
   */
  record Touched(Node value, Formula ifTrue, Formula ifFalse, boolean better) {}

  /** More ways than these by multiplication, and values are told apart by what they satisfy instead. */
  private static final int MANY_WAYS = 12;
  private static final int MAX_WAYS = 4096;

  /** @param touch what becomes of a literal; null if the value does not concern it */
  static List<Split> of(Nodes nodes, Formula formula, Function<Formula.Literal, Touched> touch) {
    try {
      List<Split> ways = new Ways(nodes, touch).of(formula);
      return ways.size() < 2 ? ways : merged(nodes, ways);
    } catch (TooManyWays e) {
      return cells(nodes, formula, touch);
    }
  }

  private static final class TooManyWays extends RuntimeException {

    private static final TooManyWays INSTANCE = new TooManyWays();

    private TooManyWays() {
      super(null, null, false, false);
    }
  }

  private static List<Split> merged(Nodes nodes, List<Split> ways) {
    Map<Node, Formula> byValue = new LinkedHashMap<>();
    for (Split way : ways) {
      if (way.value.satisfiable() && way.rest != Formula.FALSE) {
        byValue.merge(nodes.canonical(way.value), way.rest, Formula::any);
      }
    }
    List<Split> merged = new ArrayList<>();
    byValue.forEach((value, rest) -> merged.add(new Split(value, rest)));
    return merged;
  }

  /** The ways as the formula has them: one for each combination of its alternatives that the value decides. */
  private record Ways(Nodes nodes, Function<Formula.Literal, Touched> touch) {

    List<Split> of(Formula formula) {
      return switch (formula) {
        case Formula.Constant c -> c.value() ? List.of(new Split(nodes.any, c)) : List.of();
        case Formula.Literal literal -> of(literal);
        case Formula.Parts group -> group.all ? all(group) : any(group);
      };
    }

    private List<Split> of(Formula.Literal literal) {
      Touched touched = touch.apply(literal);
      if (touched == null) {
        return List.of(new Split(nodes.any, literal));
      }
      List<Split> ways = new ArrayList<>(2);
      add(ways, touched.better ? touched.value : nodes.not(touched.value),
          touched.better ? touched.ifTrue : touched.ifFalse);
      add(ways, nodes.any, touched.better ? touched.ifFalse : touched.ifTrue);
      return ways;
    }

    private static void add(List<Split> ways, Node value, Formula rest) {
      if (rest != Formula.FALSE) {
        ways.add(new Split(value, rest));
      }
    }

    private List<Split> all(Formula.Parts group) {
      List<Formula> untouched = new ArrayList<>();
      List<Split> ways = List.of(new Split(nodes.any, Formula.TRUE));
      for (Formula part : group.parts) {
        List<Split> more = of(part);
        if (isUntouched(part, more)) {
          untouched.add(part);
        } else {
          ways = both(ways, more);
        }
      }
      if (untouched.size() == group.parts.size()) {
        return List.of(new Split(nodes.any, group));
      }
      Formula rest = Formula.all(untouched);
      return ways.stream().map(way -> new Split(way.value, Formula.all(rest, way.rest))).toList();
    }

    private List<Split> both(List<Split> some, List<Split> others) {
      List<Split> both = new ArrayList<>();
      for (Split one : some) {
        for (Split other : others) {
          both.add(new Split(nodes.all(List.of(one.value, other.value)), Formula.all(one.rest, other.rest)));
        }
      }
      List<Split> ways = both.size() < 2 ? both : merged(nodes, both);
      if (ways.size() > MANY_WAYS && ways.size() > some.size() + others.size()) {
        throw TooManyWays.INSTANCE;
      }
      return ways;
    }

    private List<Split> any(Formula.Parts group) {
      List<Formula> untouched = new ArrayList<>();
      List<Split> ways = new ArrayList<>();
      for (Formula part : group.parts) {
        List<Split> more = of(part);
        if (isUntouched(part, more)) {
          untouched.add(part);
        } else {
          ways.addAll(more);
        }
      }
      if (untouched.size() == group.parts.size()) {
        return List.of(new Split(nodes.any, group));
      }
      if (!untouched.isEmpty()) {
        ways.add(new Split(nodes.any, Formula.any(untouched)));
      }
      return ways.size() < 2 ? ways : merged(nodes, ways);
    }

    private boolean isUntouched(Formula part, List<Split> ways) {
      return ways.size() == 1 && ways.getFirst().value == nodes.any && ways.getFirst().rest == part;
    }
  }

  private record Cell(Node value, Set<Node> satisfied) {}

  /** The values by which of the schemas that decide they satisfy: one way for each kind of values that there is. */
  private static List<Split> cells(Nodes nodes, Formula formula, Function<Formula.Literal, Touched> touch) {
    Set<Node> deciding = new LinkedHashSet<>();
    Formula.forEach(formula, literal -> {
      Touched touched = touch.apply(literal);
      if (touched != null) {
        deciding.add(touched.value);
      }
    });
    List<Cell> cells = List.of(new Cell(nodes.any, Set.of()));
    for (Node schema : deciding) {
      List<Cell> divided = new ArrayList<>();
      for (Cell cell : cells) {
        Node yes = nodes.all(List.of(cell.value, schema));
        Node no = nodes.all(List.of(cell.value, nodes.not(schema)));
        if (yes.satisfiable()) {
          Set<Node> satisfied = new LinkedHashSet<>(cell.satisfied);
          satisfied.add(schema);
          divided.add(new Cell(nodes.canonical(yes), satisfied));
        }
        if (no.satisfiable()) {
          divided.add(new Cell(nodes.canonical(no), cell.satisfied));
        }
      }
      if (divided.size() > MAX_WAYS) {
        throw new SchemaTooComplex("a value has more than " + MAX_WAYS + " ways to satisfy the schema");
      }
      cells = divided;
    }
    return rests(nodes, formula, touch, cells);
  }

  private static List<Split> rests(Nodes nodes, Formula formula, Function<Formula.Literal, Touched> touch,
      List<Cell> cells) {
    Map<Formula, Shape> byRest = new LinkedHashMap<>();
    for (Cell cell : cells) {
      Formula rest = Formula.map(formula, literal -> {
        Touched touched = touch.apply(literal);
        return touched == null ? literal : cell.satisfied.contains(touched.value) ? touched.ifTrue : touched.ifFalse;
      });
      if (rest != Formula.FALSE) {
        byRest.merge(rest, cell.value.shape(), Shape::or);
      }
    }
    List<Split> ways = new ArrayList<>();
    byRest.forEach((rest, shape) -> ways.add(new Split(nodes.of(shape), rest)));
    return ways;
  }
}
