package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Python's {@code sorted()}: stable, by {@code <} alone, so that any order of values ends in a result or its error. */
final class Sorting {

  private Sorting() {}

  /** @param key what to compare by; asked once for each item */
  static <T> List<T> sorted(List<T> items, Function<? super T, Object> key, boolean reverse) {
    List<Keyed<T>> keyed = new ArrayList<>(items.size());
    for (T item : items) {
      keyed.add(new Keyed<>(item, key.apply(item)));
    }
    List<T> sorted = new ArrayList<>(items.size());
    for (Keyed<T> entry : mergeSorted(keyed, reverse)) {
      sorted.add(entry.item);
    }
    return sorted;
  }

  private record Keyed<T>(T item, Object key) { }

  private static <T> List<Keyed<T>> mergeSorted(List<Keyed<T>> items, boolean reverse) {
    if (items.size() < 2) {
      return items;
    }
    int middle = items.size() / 2;
    List<Keyed<T>> left = mergeSorted(items.subList(0, middle), reverse);
    List<Keyed<T>> right = mergeSorted(items.subList(middle, items.size()), reverse);
    List<Keyed<T>> merged = new ArrayList<>(items.size());
    int l = 0;
    int r = 0;
    while (l < left.size() && r < right.size()) {
      merged.add(before(right.get(r), left.get(l), reverse) ? right.get(r++) : left.get(l++));
    }
    merged.addAll(left.subList(l, left.size()));
    merged.addAll(right.subList(r, right.size()));
    return merged;
  }

  private static boolean before(Keyed<?> later, Keyed<?> earlier, boolean reverse) {
    return reverse ? Values.less(earlier.key, later.key) : Values.less(later.key, earlier.key);
  }
}
