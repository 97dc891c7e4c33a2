package dev.quipu.schema;

import dev.quipu.language.Language;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Some literals that an object has to satisfy together, from a state on: what each key's value must be, which keys must
 * still come, how many there may be.
 */
final class ObjectDemands {

  /** Values wanted of keys that are not named, in an object that may not have one for each: looked for by trying. */
  private static final int MAX_SHARED = 10;
  static final int IMPOSSIBLE = 1 << 20;
  /** More entries that must come are not thought of. */
  private static final int MAX_ENTRIES = 1000;

  private final ObjectState state;
  /** Which values there are: all that can be completed, or those that an example is known of. */
  private final Predicate<Node> exists;
  /** By the key's name, what its value must satisfy. */
  private final Map<String, List<Node>> named = new LinkedHashMap<>();
  private final List<Atom.Keys> general = new ArrayList<>();
  /** By the name of a key that must come, what its value must satisfy beside. */
  private final Map<String, List<Node>> needed = new LinkedHashMap<>();
  /** One of the keys must come, with a value that does not satisfy the atom's. */
  private final List<Atom.Keys> someNeeded = new ArrayList<>();
  private int least;
  private int firstNeededRank = -1;
  private int most = Integer.MAX_VALUE;

  ObjectDemands(ObjectState state, Collection<Formula> literals, Predicate<Node> exists) {
    this.state = state;
    this.exists = exists;
    state.root.nodes.work(1 + literals.size());
    for (Formula formula : literals) {
      if (formula instanceof Formula.Literal literal) {
        add(literal);
      }
    }
  }

  /** One more, before anything but {@link #asked} and {@link #satisfiable} was asked. */
  void add(Formula.Literal literal) {
    if (literal.atom() instanceof Atom.Size size) {
      least = literal.positive() ? Math.max(least, size.n()) : least;
      most = literal.positive() ? most : Math.min(most, size.n() - 1);
      return;
    }
    Atom.Keys keys = (Atom.Keys) literal.atom();
    if (keys.keys().isSingle()) {
      Map<String, List<Node>> map = literal.positive() ? named : needed;
      Node value = literal.positive() ? keys.value() : state.root.nodes.not(keys.value());
      map.computeIfAbsent(keys.keys().name(), k -> new ArrayList<>()).add(value);
    } else {
      (literal.positive() ? general : someNeeded).add(keys);
    }
  }

  /** How many entries a way asks for beyond those that must come; {@link #IMPOSSIBLE} if it contradicts them. */
  int asked(Formula way) {
    return switch (way) {
      case Formula.Literal literal -> askedBy(literal);
      case Formula.Constant _ -> 0;
      case Formula.Parts group when group.all -> {
        int sum = 0;
        for (Formula part : group.parts) {
          sum = Math.min(IMPOSSIBLE, sum + asked(part));
        }
        yield sum;
      }
      case Formula.Parts group -> group.parts.stream().mapToInt(this::asked).min().orElse(IMPOSSIBLE);
    };
  }

  private int askedBy(Formula.Literal literal) {
    int entries = state.count() + needed.size();
    return switch (literal.atom()) {
      case Atom.Size size when literal.positive() -> Math.max(0, size.n() - entries);
      case Atom.Size size -> entries >= size.n() ? IMPOSSIBLE : 0;
      case Atom.Keys keys when literal.positive() -> keys.value().isNever() && isNeeded(keys.keys()) ? IMPOSSIBLE : 0;
      case Atom.Keys keys -> isDenied(keys) ? IMPOSSIBLE : isNeeded(keys.keys()) ? 0 : 1;
      default -> throw new IllegalStateException();
    };
  }

  /** Whether the key may not come, or its value must be what it should not be. */
  private boolean isDenied(Atom.Keys keys) {
    List<Node> wanted = keys.keys().isSingle() ? named.getOrDefault(keys.keys().name(), List.of()) : List.of();
    return wanted.contains(state.root.nodes.never) || wanted.contains(keys.value());
  }

  private boolean isNeeded(Atom.KeySet keys) {
    return keys.isSingle() && needed.containsKey(keys.name());
  }

  boolean needsSome() {
    return !someNeeded.isEmpty();
  }

  boolean needs(String key) {
    return needed.containsKey(key);
  }

  Set<String> needed() {
    return needed.keySet();
  }

  int most() {
    return most;
  }

  int least() {
    return least;
  }

  /** What the value of a key that is named must satisfy. */
  Node value(String key) {
    List<Node> all = new ArrayList<>(named.getOrDefault(key, List.of()));
    all.addAll(needed.getOrDefault(key, List.of()));
    for (Atom.Keys keys : general) {
      if (keys.keys().has(key)) {
        all.add(keys.value());
      }
    }
    return state.root.nodes.all(all);
  }

  Node value(ObjectRoot.KeyClass keyClass) {
    List<Node> all = new ArrayList<>();
    for (Atom.Keys keys : general) {
      if (keyClass.in().contains(keys.keys())) {
        all.add(keys.value());
      }
    }
    return state.root.nodes.all(all);
  }

  /** Whether the object can be completed so that all of them hold. */
  boolean satisfiable() {
    if (least > most) {
      return false;
    }
    List<Node> unknown = new ArrayList<>(); // last, as most often something else decides
    for (String key : needed.keySet()) {
      Node value = state.isOpen(key) ? value(key) : state.root.nodes.never;
      if (!value.isKnown() && value.parts.stream().anyMatch(part -> !part.isKnown())) {
        unknown.add(value);
      } else if (!exists.test(value)) {
        return false;
      }
    }
    for (Node value : unknown) {
      if (!exists.test(value)) {
        return false;
      }
    }
    for (Atom.Keys some : someNeeded) {
      if (placesOf(some).isEmpty()) {
        return false;
      }
    }
    return fits(state.count() + needed.size() + someNeeded.size()) && hasEnough();
  }

  private boolean fits(int count) {
    if (count <= most) {
      return true;
    }
    List<Place> places = someNeeded.isEmpty() ? null : places();
    return places != null && state.count() + needed.size() + newKeys(places) <= most;
  }

  /** A key, by its name or its class, for values that are needed. */
  private record Place(Object key, List<Node> wants) {}

  private int newKeys(List<Place> places) {
    return (int) places.stream().filter(place -> !(place.key instanceof String name && needs(name))).count();
  }

  /** A place for each of what is needed, in the fewest keys beyond those that must come by name; null if none are. */
  private List<Place> places() {
    if (someNeeded.size() > MAX_SHARED) {
      throw new SchemaTooComplex("an object has to violate more than " + MAX_SHARED + " patterns at once");
    }
    return places(0, List.of());
  }

  private List<Place> places(int i, List<Place> taken) {
    if (i == someNeeded.size()) {
      return taken;
    }
    Node wanted = state.root.nodes.not(someNeeded.get(i).value());
    List<Place> best = null;
    for (Object key : placesOf(someNeeded.get(i))) {
      boolean isTaken = false;
      for (int p = 0; p < taken.size(); p++) {
        Place place = taken.get(p);
        if (place.key.equals(key)) {
          isTaken = key instanceof String;
          List<Node> wants = with(place.wants, wanted);
          if (exists.test(valueAt(key, wants))) {
            List<Place> shared = new ArrayList<>(taken);
            shared.set(p, new Place(key, wants));
            best = fewer(best, places(i + 1, shared));
          }
        }
      }
      if (!isTaken) {
        List<Place> more = new ArrayList<>(taken);
        more.add(new Place(key, List.of(wanted)));
        best = fewer(best, places(i + 1, more));
      }
    }
    return best;
  }

  private List<Place> fewer(List<Place> a, List<Place> b) {
    return a == null || b != null && newKeys(b) < newKeys(a) ? b : a;
  }

  private static List<Node> with(List<Node> nodes, Node one) {
    List<Node> more = new ArrayList<>(nodes);
    more.add(one);
    return more;
  }

  private Node valueAt(Object key, List<Node> wants) {
    Node value = key instanceof String name ? value(name) : value((ObjectRoot.KeyClass) key);
    return state.root.nodes.all(with(wants, value));
  }

  /** The keys (names, or classes of others) whose value may be what is needed. */
  private List<Object> placesOf(Atom.Keys some) {
    Node wanted = state.root.nodes.not(some.value());
    List<Object> places = new ArrayList<>();
    for (String key : state.root.ranks.keySet()) {
      if (some.keys().has(key) && state.isOpen(key) && exists.test(valueAt(key, List.of(wanted)))) {
        places.add(key);
      }
    }
    for (ObjectRoot.KeyClass keyClass : state.root.classes()) {
      if (keyClass.in().contains(some.keys()) && exists.test(valueAt(keyClass, List.of(wanted)))) {
        places.add(keyClass);
      }
    }
    return places;
  }

  /** Whether there are keys for the least size. */
  private boolean hasEnough() {
    long more = least - state.count();
    if (more <= 0) {
      return true;
    }
    for (ObjectRoot.KeyClass keyClass : state.root.classes()) {
      if (exists.test(value(keyClass))) {
        more -= keyClass.language().count(more + state.count());
        if (more <= 0) {
          return true;
        }
      }
    }
    for (String key : state.root.ranks.keySet()) {
      if (state.isOpen(key) && exists.test(value(key)) && --more <= 0) {
        return true;
      }
    }
    return false;
  }

  /** A key with what its value must satisfy. */
  record Entry(String key, Node value) {}

  /**
   * Entries that satisfy them all, where they can be satisfied: few, and in the order of the names;
   * null if many must come.
   */
  List<Entry> entries() {
    if (least - state.count() > MAX_ENTRIES) {
      return null;
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    needed.keySet().forEach(key -> entries.put(key, value(key)));
    for (Place place : places()) {
      String key = place.key instanceof ObjectRoot.KeyClass others ? fresh(others, entries) : (String) place.key;
      entries.put(key, valueAt(place.key, place.wants));
    }
    for (String key : state.root.ranks.keySet()) {
      if (state.count() + entries.size() < least && state.isOpen(key) && !entries.containsKey(key)
          && exists.test(value(key))) {
        entries.put(key, value(key));
      }
    }
    for (ObjectRoot.KeyClass others : state.root.classes()) {
      while (state.count() + entries.size() < least && exists.test(value(others))) {
        entries.put(fresh(others, entries), value(others));
      }
    }
    return entries.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue()))
        .sorted(Comparator.comparingInt(e -> state.root.ranks.getOrDefault(e.key, Integer.MAX_VALUE))).toList();
  }

  private String fresh(ObjectRoot.KeyClass others, Map<String, Node> taken) {
    Set<String> not = new HashSet<>(taken.keySet());
    not.addAll(state.seen());
    Language left = not.isEmpty() ? others.language() : others.language().and(Language.texts(not).not());
    return left.shortest();
  }

  /** The lowest rank of a key that must come; the largest int if none must. */
  int firstNeededRank() {
    if (firstNeededRank < 0) {
      firstNeededRank = needed.keySet().stream().mapToInt(state.root.ranks::get).min().orElse(Integer.MAX_VALUE);
    }
    return firstNeededRank;
  }
}
