package dev.quipu.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An array some of whose items are written: what the rest has to satisfy. Immutable. As an item comes, the formula
 * becomes what remains of it; states that ask the same of what follows are one state, so that the question whether an
 * array can be completed is a search in a finite graph.
 */
final class ArrayState {

  /** An item, and the array after it. */
  record Choice(Node value, ArrayState after) {}

  private record Key(Formula formula, int index) {}

  private static final int MAX_STATES = 100_000;
  private static final int FEW = 1000;

  private final Nodes nodes;
  private final Map<Key, ArrayState> states;
  private final Formula formula;
  private final int index;
  /** The items so far, where no two may be equal: what equals one of them. */
  private final Shape seen;
  /** What equals none of them. */
  private final Shape unseen;
  private List<Choice> choices;
  private Boolean live;

  private ArrayState(Nodes nodes, Map<Key, ArrayState> states, Formula formula, int index, Shape seen,
      Shape unseen) {
    this.nodes = nodes;
    this.states = states;
    this.formula = formula;
    this.index = index;
    this.seen = seen;
    this.unseen = unseen;
  }

  static ArrayState start(Nodes nodes, Formula formula) {
    return new ArrayState(nodes, new HashMap<>(), formula, 0, Shape.NEVER, Shape.ANY);
  }

  Nodes nodes() {
    return nodes;
  }

  /** Whether items must differ, so that their values have to be told by {@link #having}. */
  boolean isUnique() {
    boolean[] found = new boolean[1];
    Formula.forEach(formula, literal -> found[0] |= literal.atom() instanceof Atom.Unique);
    return found[0];
  }

  /** Whether the array may end here. */
  boolean canEnd() {
    return Formula.map(formula, literal -> {
      boolean holds = switch (literal.atom()) {
        case Atom.Size size -> index >= size.n();
        case Atom.Matches matches -> false;
        default -> true;
      };
      return holds == literal.positive() ? Formula.TRUE : Formula.FALSE;
    }) == Formula.TRUE;
  }

  /** Whether the array can be completed. */
  boolean live() {
    if (seen != Shape.NEVER) {
      return canEnd() || withoutSeen().live() && hasValuesLeft() && !ways().isEmpty();
    }
    if (live == null) {
      Nodes.Leaning outside = nodes.startLeaning();
      boolean found = canEnd() || search();
      if (!nodes.stopLeaning(outside, Nodes.OUTERMOST, found)) {
        return false;
      }
      live = found;
    }
    return live && hasValuesLeft();
  }

  /** Depth first, from the items that leave the least to be satisfied. */
  private boolean search() {
    Map<ArrayState, ArrayState> cameFrom = new HashMap<>();
    Deque<ArrayState> open = new ArrayDeque<>(List.of(this));
    cameFrom.put(this, this);
    while (!open.isEmpty()) {
      ArrayState state = open.pop();
      if (state.canEnd() || state.live != null && state.live) {
        for (ArrayState s = state; s != this; s = cameFrom.get(s)) {
          s.live = true;
        }
        return true;
      }
      for (Choice choice : state.ways()) {
        if (cameFrom.putIfAbsent(choice.after, state) == null) {
          open.push(choice.after);
        }
      }
      if (cameFrom.size() > MAX_STATES) {
        throw new SchemaTooComplex("an array has more than " + MAX_STATES + " states");
      }
    }
    return false;
  }

  /** The ways on with another item, dead ends among them. */
  private List<Choice> ways() {
    if (choices == null) {
      List<Choice> found = new ArrayList<>();
      Nodes.Leaning outside = nodes.startLeaning();
      nodes.work(1);
      for (Split way : Split.of(nodes, formula, this::touched)) {
        Node value = unlikeSeen(way.value());
        if (value.satisfiable()) {
          found.add(new Choice(value, after(way.rest())));
        }
      }
      if (!nodes.stopLeaning(outside, Nodes.OUTERMOST, false)) {
        return found;
      }
      choices = found;
    }
    return choices;
  }

  private Node unlikeSeen(Node value) {
    return seen == Shape.NEVER ? value : nodes.once(() -> value.shape().and(unseen));
  }

  /** The ways on with another item; empty if none may come. */
  List<Choice> choices() {
    nodes.refill();
    List<Choice> open = new ArrayList<>();
    for (Choice choice : ways()) {
      if (choice.after.live()) {
        open.add(choice);
      }
    }
    return open;
  }

  private ArrayState after(Formula rest) {
    Formula advanced = Formula.map(rest, literal -> advanced(literal, index + 1));
    int next = dependsOnIndex(advanced) ? index + 1 : Integer.MAX_VALUE / 2; // then it does not count
    next = Math.min(next, Integer.MAX_VALUE / 2);
    return seen == Shape.NEVER ? state(advanced, next)
        : new ArrayState(nodes, states, advanced, next, seen, unseen);
  }

  /** As long as no item was seen that others must differ from. */
  private ArrayState state(Formula what, int at) {
    return states.computeIfAbsent(new Key(what, at), k -> new ArrayState(nodes, states, what, at, Shape.NEVER,
        Shape.ANY));
  }

  /** Enough to know where there are enough values that differ. */
  private ArrayState withoutSeen() {
    return state(formula, index);
  }

  private static boolean dependsOnIndex(Formula formula) {
    boolean[] found = new boolean[1];
    Formula.forEach(formula, literal -> found[0] |= switch (literal.atom()) {
      case Atom.Size size -> true;
      case Atom.Items items -> items.from() > 0 || items.to() != Atom.Items.FOREVER;
      default -> false;
    });
    return found[0];
  }

  /** What is left of a literal before the item at {@code index}. */
  private static Formula advanced(Formula.Literal literal, int index) {
    return switch (literal.atom()) {
      case Atom.Size size when index >= size.n() -> truth(literal.positive());
      case Atom.Items items when items.to() <= index -> truth(literal.positive());
      case Atom.Items items when items.from() > 0 && items.from() <= index && items.to() == Atom.Items.FOREVER ->
          new Formula.Literal(new Atom.Items(0, items.to(), items.value()), literal.positive());
      default -> literal;
    };
  }

  private static Formula truth(boolean value) {
    return value ? Formula.TRUE : Formula.FALSE;
  }

  /** What becomes of a literal with the item at {@link #index}. */
  private Split.Touched touched(Formula.Literal literal) {
    return switch (literal.atom()) {
      case Atom.Items items when items.from() <= index && index < items.to() -> literal.positive()
          ? new Split.Touched(items.value(), literal, Formula.FALSE, true)
          : new Split.Touched(items.value(), literal, Formula.TRUE, false);
      case Atom.Matches matches -> {
        Formula fewer = matches.n() == 1 ? Formula.TRUE
            : Formula.of(new Atom.Matches(matches.n() - 1, matches.value()));
        yield literal.positive() ? new Split.Touched(matches.value(), fewer, literal, true)
            : new Split.Touched(matches.value(), fewer.not(), literal, false);
      }
      default -> null;
    };
  }

  /**
   * The array with an item of that value as its last, which no other may equal.
   *
   * @param value as {@link ExactJson} gives it
   */
  ArrayState having(Object value) {
    Shape more = seen.or(nodes.constant(value).shape());
    return new ArrayState(nodes, states, formula, index, more, more.not());
  }

  /** Examples of items that complete the array; null if none are known. */
  List<String> rest() {
    List<String> items = new ArrayList<>();
    ArrayState state = this;
    while (!state.canEnd()) {
      String item = null;
      ArrayState after = null;
      for (Choice choice : state.choices()) {
        String example = choice.value.example();
        if (example != null) {
          item = example;
          after = choice.after;
          break;
        }
      }
      if (item == null || items.size() > (after.isUnique() ? FEW : MAX_STATES)) {
        return null;
      }
      items.add(item);
      state = after.isUnique() ? after.having(ExactJson.parse(item, "an item")) : after;
    }
    return items;
  }

  /**
   * Whether it can be told if there are enough different values: not where a few values have to suffice for certain
   * places or for some of the items, and items must come.
   */
  static boolean isDecidable(Formula formula) {
    List<Atom> wanted = new ArrayList<>();
    for (Formula part : Formula.conjuncts(formula)) {
      if (part instanceof Formula.Literal literal && literal.positive()) {
        wanted.add(literal.atom());
      }
    }
    boolean unique = wanted.stream().anyMatch(Atom.Unique.class::isInstance);
    boolean several = wanted.stream().anyMatch(atom -> atom instanceof Atom.Size size && size.n() > 1);
    return !unique || !several || wanted.stream().noneMatch(atom -> switch (atom) {
      case Atom.Matches matches -> isScarce(matches.value());
      case Atom.Items items -> (items.from() > 0 || items.to() != Atom.Items.FOREVER) && isScarce(items.value());
      default -> false;
    });
  }

  private static boolean isScarce(Node value) {
    return value.count(FEW) < FEW;
  }

  /** Whether there are enough different values for the items that must still come. */
  private boolean hasValuesLeft() {
    if (canEnd() || !isUnique()) {
      return true;
    }
    int least = 0;
    List<Node> values = new ArrayList<>();
    for (Formula part : Formula.conjuncts(formula)) {
      if (part instanceof Formula.Literal literal && literal.positive()) {
        least = literal.atom() instanceof Atom.Size size ? size.n() : least;
        if (literal.atom() instanceof Atom.Items items && items.from() <= index && items.to() == Atom.Items.FOREVER) {
          values.add(items.value());
        }
      }
    }
    long wanted = least - index;
    return wanted <= 0 || values.isEmpty() || unlikeSeen(nodes.all(values)).count(wanted) >= wanted;
  }

  /** Whether only the formulas differ, so that one array may stand for both. */
  boolean isBeside(ArrayState other) {
    return nodes == other.nodes && index == other.index && seen.equals(other.seen);
  }

  /** The array that has to satisfy the formula of one of the two. */
  ArrayState or(ArrayState other) {
    return new ArrayState(nodes, states, Formula.any(formula, other.formula), index, seen, unseen);
  }

  @Override
  public boolean equals(Object o) {
    return o == this || o instanceof ArrayState other && index == other.index && formula.equals(other.formula)
        && seen.equals(other.seen) && nodes == other.nodes;
  }

  @Override
  public int hashCode() {
    return formula.hashCode() * 31 + index;
  }
}
