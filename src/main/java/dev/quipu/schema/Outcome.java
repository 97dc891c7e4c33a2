package dev.quipu.schema;

import dev.quipu.language.Language;
import java.util.ArrayList;
import java.util.List;

/**
 * One way for a value to satisfy a schema, and which of its entries were looked at on that way: what
 * {@code unevaluatedProperties} and {@code unevaluatedItems} ask. A schema without branches has one outcome.
 *
 * @param keys  the keys whose values were looked at
 * @param items how many items from the first on were looked at
 * @param found items that satisfy one of these were looked at, too
 */
record Outcome(Shape shape, Language keys, int items, List<Node> found) {

  static final int ALL_ITEMS = Integer.MAX_VALUE;

  static Outcome of(Shape shape) {
    return new Outcome(shape, Language.NONE, 0, List.of());
  }

  Outcome and(Outcome other) {
    List<Node> both = new ArrayList<>(found);
    both.addAll(other.found);
    return new Outcome(shape.and(other.shape), keys.or(other.keys), Math.max(items, other.items), both);
  }

  Outcome with(Shape other) {
    return new Outcome(other, keys, items, found);
  }

  Outcome havingSeen(Language more) {
    return new Outcome(shape, keys.or(more), items, found);
  }

  Outcome havingSeen(int more) {
    return new Outcome(shape, keys, Math.max(items, more), found);
  }

  Outcome havingFound(Node node) {
    List<Node> more = new ArrayList<>(found);
    more.add(node);
    return new Outcome(shape, keys, items, more);
  }
}
