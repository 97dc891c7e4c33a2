package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The variable {@code loop}: where an iteration stands. Looks ahead, or counts all items, only when asked. Follows
 * jinja2/runtime.py, LoopContext.
 */
final class LoopContext {

  private static final Object NOTHING = new Object();

  /** The loop's statement and outer scope, for {@code loop(items)} in a recursive one. */
  final Node.For statement;
  final Scope outer;
  final int depth0;
  private Iterator<Object> items;
  private int length;
  private int index0 = -1;
  private Object after = NOTHING;
  private Object current = NOTHING;
  private Object before = NOTHING;
  private List<Object> lastChanged;

  /** @param length of the items, or -1 where they have none */
  LoopContext(Node.For statement, Scope outer, int depth0, Iterator<Object> items, int length) {
    this.statement = statement;
    this.outer = outer;
    this.depth0 = depth0;
    this.items = items;
    this.length = length;
  }

  boolean hasNext() {
    return after != NOTHING || items.hasNext();
  }

  Object next() {
    before = current;
    current = after == NOTHING ? items.next() : after;
    after = NOTHING;
    index0++;
    return current;
  }

  int index() {
    return index0 + 1;
  }

  int length() {
    if (length < 0) {
      List<Object> rest = new ArrayList<>();
      while (items.hasNext()) {
        rest.add(items.next());
      }
      items = rest.iterator();
      length = rest.size() + index() + (after == NOTHING ? 0 : 1);
    }
    return length;
  }

  /** The attribute, or {@link Args#ABSENT}. */
  Object attribute(String name) {
    return switch (name) {
      case "index" -> (long) index();
      case "index0" -> (long) index0;
      case "revindex" -> (long) length() - index0;
      case "revindex0" -> (long) length() - index();
      case "first" -> index0 == 0;
      case "last" -> peek() == NOTHING;
      case "length" -> (long) length();
      case "depth" -> (long) depth0 + 1;
      case "depth0" -> (long) depth0;
      case "previtem" -> index0 == 0 ? Undefined.because("there is no previous item") : before;
      case "nextitem" -> peek() == NOTHING ? Undefined.because("there is no next item") : after;
      case "cycle", "changed" -> new BoundMethod(this, name);
      default -> Args.ABSENT;
    };
  }

  Object cycle(List<Object> values) {
    if (values.isEmpty()) {
      throw PyException.type("no items for cycling given");
    }
    return values.get(index0 % values.size());
  }

  boolean changed(List<Object> values) {
    if (lastChanged != null && Values.equal(lastChanged, values)) {
      return false;
    }
    lastChanged = values;
    return true;
  }

  private Object peek() {
    if (after == NOTHING && items.hasNext()) {
      after = items.next();
    }
    return after;
  }
}
