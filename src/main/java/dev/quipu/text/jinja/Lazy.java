package dev.quipu.text.jinja;

import java.util.Iterator;

/** An iterator that computes its items one by one when they are asked for, as a Python generator does. */
abstract class Lazy implements Iterator<Object> {

  static final Object END = new Object();
  private static final Object NONE = new Object();

  private Object next = NONE;

  /** The next item, or {@link #END}. */
  abstract Object compute();

  @Override
  public final boolean hasNext() {
    if (next == NONE) {
      next = compute();
    }
    return next != END;
  }

  @Override
  public final Object next() {
    hasNext();
    Object item = next;
    next = item == END ? END : NONE;
    return item;
  }
}
