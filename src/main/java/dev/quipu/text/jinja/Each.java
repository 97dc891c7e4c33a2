package dev.quipu.text.jinja;

import java.util.Iterator;

/**
 * A generator over another value's items that passes each through a function; over nothing where the value is false.
 */
abstract class Each extends Lazy {

  static final Object SKIP = new Object();

  private final Object source;
  private Iterator<Object> items;

  Each(Object source) {
    this.source = source;
  }

  /** Called once, before the first item and only if there may be one. */
  abstract void begin();

  /** What becomes of the item, or {@link #SKIP}. */
  abstract Object each(Object item);

  @Override
  final Object compute() {
    if (items == null) {
      if (!Values.isTrue(source)) {
        return END;
      }
      begin();
      items = Values.iterator(source);
    }
    while (items.hasNext()) {
      Work.visit(1);
      Object result = each(items.next());
      if (result != SKIP) {
        return result;
      }
    }
    return END;
  }
}
