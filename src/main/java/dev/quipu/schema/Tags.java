package dev.quipu.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells alternatives apart at once by the words of a key that each of them must have, as {@code "type": "circle"}: of a
 * thousand alternatives not each has to be held against each.
 */
final class Tags {

  private final List<Map<String, Set<String>>> tags = new ArrayList<>();

  Tags(List<Shape> alternatives) {
    for (Shape shape : alternatives) {
      tags.add(tags(shape));
    }
  }

  /** Whether two alternatives have a key in common for which they have no word in common. */
  boolean differ(int a, int b) {
    for (var tag : tags.get(a).entrySet()) {
      Set<String> words = tags.get(b).get(tag.getKey());
      if (words != null && Collections.disjoint(words, tag.getValue())) {
        return true;
      }
    }
    return false;
  }

  /** By the keys that an object must have, the words that may stand there, if there are only few. */
  private static Map<String, Set<String>> tags(Shape shape) {
    boolean onlyObjects = !shape.nul() && !shape.no() && !shape.yes() && shape.number().isEmpty()
        && shape.string().isEmpty() && shape.array() == Formula.FALSE;
    Map<String, Node> values = new HashMap<>();
    Map<String, Set<String>> tags = new LinkedHashMap<>();
    for (Formula part : onlyObjects ? Formula.conjuncts(shape.object()) : List.<Formula>of()) {
      if (part instanceof Formula.Literal literal && literal.atom() instanceof Atom.Keys keys
          && keys.keys().isSingle()) {
        String name = keys.keys().name();
        if (literal.positive()) {
          values.put(name, keys.value());
        } else {
          tags.put(name, Set.of());
        }
      }
    }
    tags.replaceAll((name, none) -> values.containsKey(name) ? values.get(name).words() : null);
    tags.values().removeIf(words -> words == null);
    return tags;
  }
}
