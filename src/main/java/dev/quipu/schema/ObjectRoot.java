package dev.quipu.schema;

import dev.quipu.language.Language;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the states of an object have in common: the keys that its formula names, and the kinds of all others. */
final class ObjectRoot {

  /** Keys that belong to the same sets of the formula; there are infinitely many. */
  record KeyClass(Language language, Set<Atom.KeySet> in) {}

  /** A set of keys up to this size is written out. */
  private static final int MAX_WORDS = 256;
  private static final int MAX_CLASSES = 64;
  private static final int MAX_STATES = 4_096;

  final Nodes nodes;
  final KeyLexemes keyLexemes = new KeyLexemes();
  /** The keys named, with their ranks, in the order of the schema. */
  final Map<String, Integer> ranks = new LinkedHashMap<>();
  private final Set<Atom.KeySet> sets = new LinkedHashSet<>();
  private final Map<ObjectState, ObjectState> states = new ConcurrentHashMap<>();
  private Language named;
  private List<KeyClass> classes;

  ObjectRoot(Nodes nodes, Formula formula) {
    this.nodes = nodes;
    Formula.forEach(formula, literal -> {
      if (literal.atom() instanceof Atom.Keys keys) {
        if (keys.keys().isSingle()) {
          name(keys.keys().name());
        } else {
          sets.add(keys.keys());
        }
      }
    });
    findClasses();
  }

  /** The same state, if it was met before: what it found out need not be found out again. */
  ObjectState known(ObjectState state) {
    if (states.size() >= MAX_STATES) {
      states.clear();
    }
    ObjectState before = states.putIfAbsent(state, state);
    return before == null ? state : before;
  }

  private void name(String name) {
    ranks.putIfAbsent(name, ranks.size());
  }

  boolean names(String key) {
    return ranks.containsKey(key);
  }

  Language named() {
    return named;
  }

  List<KeyClass> classes() {
    return classes;
  }

  /** The class of a key that is not named. */
  KeyClass classOf(String key) {
    for (KeyClass keyClass : classes) {
      if (keyClass.language.accepts(key)) {
        return keyClass;
      }
    }
    return null;
  }

  private void findClasses() {
    List<KeyClass> found = List.of(new KeyClass(Language.ANY, Set.of()));
    for (Atom.KeySet set : sets) {
      List<KeyClass> split = new ArrayList<>();
      for (KeyClass one : found) {
        Set<Atom.KeySet> in = new HashSet<>(one.in);
        in.add(set);
        add(split, new KeyClass(one.language.and(set.language()), in));
        add(split, new KeyClass(one.language.and(set.language().not()), one.in));
      }
      found = split;
    }
    named = Language.texts(ranks.keySet());
    classes = new ArrayList<>();
    for (KeyClass one : found) {
      Language others = ranks.isEmpty() ? one.language : one.language.and(named.not());
      if (!others.isEmpty()) {
        classes.add(new KeyClass(others, one.in));
      }
    }
  }

  /** A class of a few keys becomes keys that are named. */
  private void add(List<KeyClass> classes, KeyClass one) {
    Set<String> words = one.language == Language.ANY ? null : words(one.language, MAX_WORDS);
    if (words != null) {
      words.forEach(this::name);
      return;
    }
    classes.add(one);
    if (classes.size() > MAX_CLASSES) {
      throw new SchemaTooComplex("an object's patterns divide its keys into more than " + MAX_CLASSES + " kinds");
    }
  }

  /** The texts of a language, if there are not more than some; else null. */
  static Set<String> words(Language language, int limit) {
    if (language.count(limit + 1L) > limit) {
      return null;
    }
    Set<String> words = new LinkedHashSet<>();
    Language left = language;
    for (String word = left.shortest(); word != null; word = left.shortest()) {
      words.add(word);
      left = left.and(Language.text(word).not());
    }
    return words;
  }
}
