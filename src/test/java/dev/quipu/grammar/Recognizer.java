package dev.quipu.grammar;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says of a text whether rules derive it, or a text that it begins: what each symbol can stand for, as pairs of places
 * in the text, grows until nothing is new. Symbols without rules are characters. Has nothing in common with Earley.
 */
final class Recognizer {

  private final Map<String, List<List<String>>> rules;

  Recognizer(Map<String, List<List<String>>> rules) {
    this.rules = rules;
  }

  boolean accepts(String start, List<String> text) {
    return relations(text, false).get(start)[0].get(text.size());
  }

  boolean isPrefix(String start, List<String> text) {
    return relations(text, true).get(start)[0].get(text.size());
  }

  /** @param goesOn whether any characters may follow: then the last place leads to itself with each */
  private Map<String, BitSet[]> relations(List<String> text, boolean goesOn) {
    Map<String, BitSet[]> relations = new HashMap<>();
    rules.keySet().forEach(symbol -> relations.put(symbol, none(text.size())));
    for (boolean more = true; more; ) {
      more = false;
      for (var rule : rules.entrySet()) {
        for (List<String> side : rule.getValue()) {
          BitSet[] all = identity(text.size());
          for (String symbol : side) {
            BitSet[] next = rules.containsKey(symbol) ? relations.get(symbol) : character(symbol, text, goesOn);
            all = join(all, next);
          }
          more |= add(relations.get(rule.getKey()), all);
        }
      }
    }
    return relations;
  }

  private static BitSet[] none(int size) {
    BitSet[] none = new BitSet[size + 1];
    for (int i = 0; i <= size; i++) {
      none[i] = new BitSet();
    }
    return none;
  }

  private static BitSet[] identity(int size) {
    BitSet[] identity = none(size);
    for (int i = 0; i <= size; i++) {
      identity[i].set(i);
    }
    return identity;
  }

  private static BitSet[] character(String symbol, List<String> text, boolean goesOn) {
    BitSet[] steps = none(text.size());
    for (int i = 0; i < text.size(); i++) {
      steps[i].set(i + 1, text.get(i).equals(symbol));
    }
    steps[text.size()].set(text.size(), goesOn);
    return steps;
  }

  private static BitSet[] join(BitSet[] first, BitSet[] next) {
    BitSet[] joined = none(first.length - 1);
    for (int i = 0; i < first.length; i++) {
      BitSet from = joined[i];
      first[i].stream().forEach(j -> from.or(next[j]));
    }
    return joined;
  }

  private static boolean add(BitSet[] to, BitSet[] more) {
    boolean grew = false;
    for (int i = 0; i < to.length; i++) {
      int before = to[i].cardinality();
      to[i].or(more[i]);
      grew |= to[i].cardinality() > before;
    }
    return grew;
  }
}
