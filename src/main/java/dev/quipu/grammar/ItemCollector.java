package dev.quipu.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The items of a set that is being put together. */
final class ItemCollector {

  private record Expected(int symbol, Item item) {}

  private static final Comparator<Expected> ORDER = Comparator.comparingInt(Expected::symbol)
      .thenComparingInt(expected -> expected.item.whole()).thenComparingInt(expected -> expected.item.origin().id);

  private final Set<Expected> items = new HashSet<>();
  private boolean accepts;

  void add(int symbol, Item item) {
    items.add(new Expected(symbol, item));
  }

  void addAll(ItemSet set) {
    for (int i = 0; i < set.expected.length; i++) {
      add(set.expected[i], new Item(set.wholes[i], set.origins[i]));
    }
    accepts |= set.accepts;
  }

  /** The text up to here is whole. */
  void accept() {
    accepts = true;
  }

  boolean isEmpty() {
    return items.isEmpty() && !accepts;
  }

  int size() {
    return items.size();
  }

  ItemSet toSet(Machine machine, int id) {
    List<Expected> sorted = new ArrayList<>(items);
    sorted.sort(ORDER);
    int[] expected = sorted.stream().mapToInt(Expected::symbol).toArray();
    int[] wholes = sorted.stream().mapToInt(e -> e.item.whole()).toArray();
    ItemSet[] origins = sorted.stream().map(e -> e.item.origin()).toArray(ItemSet[]::new);
    return new ItemSet(machine, id, expected, wholes, origins, accepts, false, machine.expectation(expected));
  }
}
