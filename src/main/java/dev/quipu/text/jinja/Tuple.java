package dev.quipu.text.jinja;

import java.util.Arrays;
import java.util.List;

/**
 * Python's tuple; it is no {@link List}, because lists and tuples are never equal.
 *
 * @param isGroup whether {@code groupby} made it, and its two parts are also called {@code grouper} and {@code list}
 */
record Tuple(List<Object> items, boolean isGroup) {

  Tuple(List<Object> items) {
    this(items, false);
  }

  static Tuple of(Object... items) {
    return new Tuple(Arrays.asList(items));
  }
}
