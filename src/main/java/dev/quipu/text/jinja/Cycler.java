package dev.quipu.text.jinja;

import java.util.List;

/** {@code cycler(a, b, …)}: gives its items in turn. */
final class Cycler {

  final List<Object> items;
  int position;

  Cycler(List<Object> items) {
    if (items.isEmpty()) {
      throw new PyException("RuntimeError", "at least one item has to be provided");
    }
    this.items = items;
  }

  Object current() {
    return items.get(position);
  }

  Object next() {
    Object item = current();
    position = (position + 1) % items.size();
    return item;
  }
}
