package dev.quipu.text.jinja;

import java.util.Iterator;

/**
 * What Python computes lazily and gives out once: a generator, or an iterator over something else.
 *
 * @param type what Python calls it
 */
record Generator(String type, Iterator<Object> items) {

  static Generator of(Iterator<Object> items) {
    return new Generator("generator", items);
  }
}
