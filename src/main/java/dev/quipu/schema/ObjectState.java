package dev.quipu.schema;

import dev.quipu.language.Language;
import dev.quipu.mask.Lexeme;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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
      witness = new ObjectSearch(this, Node::satisfiable).find(formula);
    }
    return witness;
  }

  /** Entries that complete the object; null if no examples are known for their values. */
  List<ObjectDemands.Entry> rest() {
    if (canEnd()) {
      return List.of();
    }
    ObjectDemands found = new ObjectSearch(this, node -> node.example() != null).find(formula);
    return found == null ? null : found.entries();
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
    ObjectDemands term = coming.witness();
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
    return root.known(new ObjectState(root, Formula.any(formula, other.formula), seen, count, rank));
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
