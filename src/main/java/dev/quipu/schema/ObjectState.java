package dev.quipu.schema;

import dev.quipu.language.Language;
import dev.quipu.mask.Lexeme;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * An object some of whose entries are written: what the rest has to satisfy. Immutable. A key that comes takes what
 * concerns it out of the formula; the end of the object decides the rest.
 */
final class ObjectState {

  /** A key's value, and the object after it. */
  record Choice(Node value, ObjectState after) {}

  /** No named key may come any more. */
  private static final int PAST_ALL = Integer.MAX_VALUE;
  /** Stands among the keys seen for one that is not known; no text in UTF-8. */
  private static final String SOME_KEY = "\uD800";

  final ObjectRoot root;
  private final Formula formula;
  private final Set<String> seen;
  private final int count;
  /** With keys in the schema's order: the rank of the last. */
  private final int rank;
  private final int hash;
  private final Map<String, List<Choice>> ways = new ConcurrentHashMap<>();
  private Boolean live;
  private Boolean simple;
  private ObjectDemands demands;
  /** Literals that make the formula true and can be satisfied together; null if not looked for, or if it is simple. */
  private ObjectDemands witness;
  private Lexeme keys;
  private boolean keysKnown;

  private ObjectState(ObjectRoot root, Formula formula, Set<String> seen, int count, int rank) {
    this.root = root;
    this.formula = formula;
    this.seen = seen;
    this.count = count;
    this.rank = rank;
    this.hash = formula.hashCode() * 31 + seen.hashCode();
  }

  static ObjectState start(Nodes nodes, Formula formula) {
    return formula == Formula.FALSE ? new ObjectState(null, formula, Set.of(), 0, -1)
        : new ObjectState(new ObjectRoot(nodes, formula), formula, Set.of(), 0, -1);
  }

  int count() {
    return count;
  }

  /** Whether a key that is named may still come, as far as order and earlier keys are concerned. */
  boolean isOpen(String key) {
    return !seen.contains(key) && root.ranks.get(key) > rank;
  }

  Set<String> seen() {
    return seen;
  }

  /** Whether the object may end here. */
  boolean canEnd() {
    return Formula.map(formula, literal -> switch (literal.atom()) {
      case Atom.Keys keys -> literal.positive() ? Formula.TRUE : Formula.FALSE;
      case Atom.Size size -> count >= size.n() == literal.positive() ? Formula.TRUE : Formula.FALSE;
      default -> throw new IllegalStateException();
    }) == Formula.TRUE;
  }

  /** Whether the object can be completed. */
  boolean live() {
    if (live == null) {
      if (formula == Formula.FALSE) {
        live = false;
      } else if (formula == Formula.TRUE || canEnd()) {
        live = true;
      } else {
        Nodes.Leaning outside = root.nodes.startLeaning();
        boolean found = isSimple() ? demands().satisfiable() : witness() != null;
        boolean certain = root.nodes.stopLeaning(outside, Nodes.OUTERMOST, found);
        if (!certain) {
          return false;
        }
        live = found;
      }
    }
    return live;
  }

  /** Whether the formula is a conjunction of literals. */
  private boolean isSimple() {
    if (simple == null) {
      simple = Formula.conjuncts(formula).stream().noneMatch(Formula.Parts.class::isInstance);
    }
    return simple;
  }

  private ObjectDemands demands() {
    if (demands == null) {
      demands = new ObjectDemands(this, Formula.conjuncts(formula), Node::satisfiable);
    }
    return demands;
  }

  private ObjectDemands witness() {
    if (witness == null) {
      witness = term(formula, Set.of(), Node::satisfiable);
    }
    return witness;
  }

  /** Entries that complete the object; null if no examples are known for their values. */
  List<ObjectDemands.Entry> rest() {
    if (canEnd()) {
      return List.of();
    }
    ObjectDemands found = term(formula, Set.of(), node -> node.example() != null);
    return found == null ? null : found.entries();
  }

  /**
   * Literals that make the formula true and can be satisfied together; null if there are none. Alternatives of which
   * only one can still be satisfied come first, as they leave no choice.
   */
  private ObjectDemands term(Formula open, Set<Formula> chosen, Predicate<Node> exists) {
    Set<Formula> literals = new LinkedHashSet<>(chosen);
    List<Formula.Parts> choices = new ArrayList<>();
    for (Formula part : Formula.conjuncts(open)) {
      if (part instanceof Formula.Parts choice) {
        choices.add(choice);
      } else if (part == Formula.FALSE) {
        return null;
      } else if (part != Formula.TRUE) {
        literals.add(part);
      }
    }
    ObjectDemands demands = new ObjectDemands(this, literals, exists);
    if (!demands.satisfiable()) {
      return null;
    }
    choices.removeIf(choice -> isSettled(choice, literals));
    if (choices.isEmpty()) {
      return demands;
    }
    List<List<Formula>> ways = new ArrayList<>();
    choices.forEach(choice -> ways.add(easiestFirst(choice.parts, demands)));
    ObjectDemands found = easiest(ways, literals, exists);
    if (found == null && choices.size() > 1) {
      ways.replaceAll(choice -> openWays(choice, literals, exists));
      found = easiest(ways, literals, exists);
    }
    return found != null ? found : search(choices, ways, literals, exists);
  }

  /** With the easiest way of each choice, if those can be satisfied together; else null. */
  private ObjectDemands easiest(List<List<Formula>> ways, Set<Formula> chosen, Predicate<Node> exists) {
    Set<Formula> literals = new LinkedHashSet<>(chosen);
    for (List<Formula> choice : ways) {
      Collection<Formula> parts = choice.isEmpty() ? Set.of() : Formula.conjuncts(choice.getFirst());
      if (parts.isEmpty() || parts.stream().anyMatch(Formula.Parts.class::isInstance)) {
        return null;
      }
      literals.addAll(parts);
    }
    ObjectDemands demands = new ObjectDemands(this, literals, exists);
    return demands.satisfiable() ? demands : null;
  }

  /** With each way of the choice that has the fewest. */
  private ObjectDemands search(List<Formula.Parts> choices, List<List<Formula>> ways, Set<Formula> literals,
      Predicate<Node> exists) {
    int fewest = 0;
    for (int i = 1; i < ways.size(); i++) {
      fewest = ways.get(i).size() < ways.get(fewest).size() ? i : fewest;
    }
    List<Formula> others = new ArrayList<>(choices);
    others.remove(fewest);
    for (Formula way : ways.get(fewest)) {
      List<Formula> more = new ArrayList<>(others);
      more.add(way);
      ObjectDemands found = term(Formula.all(more), literals, exists);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static List<Formula> easiestFirst(Collection<Formula> ways, ObjectDemands beside) {
    return ways.stream().sorted(Comparator.comparingInt(way -> asked(way, beside))).toList();
  }

  /** How many entries a way asks for that do not have to come anyway; very many, if it cannot be. */
  private static int asked(Formula way, ObjectDemands beside) {
    int[] entries = new int[1];
    Formula.forEach(way, literal -> entries[0] = Math.min(ObjectDemands.IMPOSSIBLE, entries[0] + beside.asked(literal)));
    return entries[0];
  }

  /** Whether the literals chosen make one of the ways true. */
  private static boolean isSettled(Formula.Parts choice, Set<Formula> literals) {
    for (Formula way : choice.parts) {
      if (literals.containsAll(Formula.conjuncts(way))) {
        return true;
      }
    }
    return false;
  }

  /** The ways whose literals can be satisfied beside those that are chosen. */
  private List<Formula> openWays(List<Formula> choice, Set<Formula> literals, Predicate<Node> exists) {
    List<Formula> open = new ArrayList<>();
    for (Formula way : choice) {
      Set<Formula> more = new LinkedHashSet<>(literals);
      for (Formula part : Formula.conjuncts(way)) {
        if (part instanceof Formula.Literal) {
          more.add(part);
        }
      }
      if (new ObjectDemands(this, more, exists).satisfiable()) {
        open.add(way);
      }
    }
    return open;
  }

  /** The text of the keys that may come next; null if none may. */
  Lexeme keys() {
    if (!keysKnown) {
      root.nodes.refill();
      Language language = keyLanguage();
      keys = language.isEmpty() ? null : KeyLexemes.start(root, root.nodes.lexeme(language));
      keysKnown = true;
    }
    return keys;
  }

  private Language keyLanguage() {
    List<ObjectDemands> terms = new ArrayList<>(); // each can be satisfied, and makes the formula true
    if (isSimple() || witness() != null) {
      terms.add(isSimple() ? demands() : witness());
    }
    Set<String> allowed = new LinkedHashSet<>();
    for (String key : root.ranks.keySet()) {
      if (isAllowed(key, terms)) {
        allowed.add(key);
      }
    }
    List<Language> languages = new ArrayList<>();
    List<ObjectRoot.KeyClass> open = new ArrayList<>();
    for (ObjectRoot.KeyClass keyClass : root.classes()) {
      if (isAllowed(keyClass, terms)) {
        open.add(keyClass);
      }
    }
    if (open.size() == root.classes().size() && !open.isEmpty()) {
      Set<String> closed = new HashSet<>(root.ranks.keySet());
      closed.removeAll(allowed);
      closed.addAll(seen);
      return closed.isEmpty() ? Language.ANY : Language.texts(closed).not();
    }
    for (ObjectRoot.KeyClass keyClass : open) {
      languages.add(withoutSeen(keyClass.language()));
    }
    if (!allowed.isEmpty()) {
      languages.add(Language.texts(allowed));
    }
    return Language.anyOf(languages);
  }

  private Language withoutSeen(Language language) {
    Set<String> others = new HashSet<>();
    for (String key : seen) {
      if (!root.names(key) && language.accepts(key)) {
        others.add(key);
      }
    }
    return others.isEmpty() ? language : language.and(Language.texts(others).not());
  }

  private boolean isAllowed(String key, List<ObjectDemands> terms) {
    if (!isOpen(key)) {
      return false;
    }
    if (formula == Formula.TRUE || terms.stream().anyMatch(term -> allows(term, key))) {
      return true;
    }
    if (isSimple() && isPlain(demands())) {
      return false;
    }
    ObjectState coming = new ObjectState(root, Formula.all(formula, root.nodes.has(key)), seen, count,
        isOrdered() ? root.ranks.get(key) - 1 : rank);
    ObjectDemands term = coming.term(coming.formula, Set.of(), Node::satisfiable);
    if (term != null) {
      terms.add(term);
    }
    return term != null;
  }

  private boolean allows(ObjectDemands term, String key) {
    return isPlain(term) && leavesRoom(term, term.needs(key), root.ranks.get(key)) && term.value(key).satisfiable();
  }

  private boolean isAllowed(ObjectRoot.KeyClass keyClass, List<ObjectDemands> terms) {
    if (formula == Formula.TRUE || terms.stream().anyMatch(term -> isPlain(term) && leavesRoom(term, false, PAST_ALL)
        && term.value(keyClass).satisfiable())) {
      return true;
    }
    return !(isSimple() && isPlain(demands())) && !choices(keyClass).isEmpty();
  }

  /** Whether what a term asks of one key does not depend on which others come, but for their number and order. */
  private boolean isPlain(ObjectDemands term) {
    return !term.needsSome() && (!isOrdered() || term.least() <= count);
  }

  private boolean leavesRoom(ObjectDemands term, boolean isNeeded, int keyRank) {
    boolean inTime = !isOrdered() || keyRank <= term.firstNeededRank();
    return inTime && count + 1 + term.needed().size() - (isNeeded ? 1 : 0) <= term.most();
  }

  private boolean isOrdered() {
    return root.nodes.options.keyOrder() == SchemaOptions.KeyOrder.SCHEMA;
  }

  /** The ways on after a key; empty if it may not come. Those of keys that are named are remembered. */
  List<Choice> choicesAfter(String key) {
    List<Choice> known = ways.get(key);
    if (known != null) {
      return known;
    }
    root.nodes.refill();
    List<Choice> found = choices(key);
    if (root.names(key)) {
      ways.put(key, found);
    }
    return found;
  }

  private List<Choice> choices(String key) {
    if (seen.contains(key)) {
      return List.of();
    }
    if (root.names(key)) {
      return isOpen(key) ? choices(keys -> keys.has(key), key, root.ranks.get(key)) : List.of();
    }
    ObjectRoot.KeyClass keyClass = root.classOf(key);
    return keyClass == null ? List.of() : choices(keys -> keyClass.in().contains(keys), key, PAST_ALL);
  }

  /** The ways on after some key of a class, of which it is not said which one. */
  List<Choice> someKey(ObjectRoot.KeyClass keyClass) {
    root.nodes.refill();
    return ways.computeIfAbsent(SOME_KEY + root.classes().indexOf(keyClass), any ->
        choices(keys -> keyClass.in().contains(keys), SOME_KEY, PAST_ALL));
  }

  /** Whether it depends on a key that is not known which keys may come. */
  boolean hasSomeKey() {
    return seen.contains(SOME_KEY);
  }

  private List<Choice> choices(ObjectRoot.KeyClass keyClass) {
    return choices(keys -> keyClass.in().contains(keys), null, PAST_ALL);
  }

  private interface Touch {
    boolean has(Atom.KeySet keys);
  }

  private List<Choice> choices(Touch touch, String key, int keyRank) {
    Set<String> more = key == null ? seen : new HashSet<>(seen);
    if (key != null) {
      more.add(key);
    }
    List<Choice> choices = new ArrayList<>();
    for (Split way : Split.of(root.nodes, formula, literal -> touched(literal, touch))) {
      ObjectState after = root.known(new ObjectState(root, counted(way.rest(), count + 1), more, count + 1,
          isOrdered() ? keyRank : -1));
      if (way.value().satisfiable() && after.live()) {
        choices.add(new Choice(way.value(), after));
      }
    }
    return choices;
  }

  private static Split.Touched touched(Formula.Literal literal, Touch touch) {
    if (!(literal.atom() instanceof Atom.Keys keys) || !touch.has(keys.keys())) {
      return null;
    }
    boolean last = keys.keys().isSingle();
    return literal.positive() ? new Split.Touched(keys.value(), last ? Formula.TRUE : literal, Formula.FALSE, true)
        : new Split.Touched(keys.value(), last ? Formula.FALSE : literal, Formula.TRUE, false);
  }

  private static Formula counted(Formula formula, int count) {
    return Formula.map(formula, literal -> literal.atom() instanceof Atom.Size size && count >= size.n()
        ? literal.positive() ? Formula.TRUE : Formula.FALSE : literal);
  }

  /** Whether only the formulas differ, so that one object may stand for both. */
  boolean isBeside(ObjectState other) {
    return root == other.root && count == other.count && rank == other.rank && seen.equals(other.seen);
  }

  /** The object that has to satisfy the formula of one of the two. */
  ObjectState or(ObjectState other) {
    return new ObjectState(root, Formula.any(formula, other.formula), seen, count, rank);
  }

  @Override
  public boolean equals(Object o) {
    return o == this || o instanceof ObjectState other && hash == other.hash && root == other.root
        && count == other.count && rank == other.rank && formula.equals(other.formula) && seen.equals(other.seen);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
