package dev.quipu.text.jinja;

import java.util.Iterator;
import java.util.Map;

/** A dict's keys, values or items: sees the dict, has a length, and no index. */
record DictView(Kind kind, Map<?, ?> map) {

  enum Kind { KEYS, VALUES, ITEMS }

  String type() {
    return switch (kind) {
      case KEYS -> "dict_keys";
      case VALUES -> "dict_values";
      case ITEMS -> "dict_items";
    };
  }

  Iterator<Object> iterator() {
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Object next() {
        Map.Entry<?, ?> entry = entries.next();
        return switch (kind) {
          case KEYS -> entry.getKey();
          case VALUES -> entry.getValue();
          case ITEMS -> Tuple.of(entry.getKey(), entry.getValue());
        };
      }
    };
  }

  boolean contains(Object value) {
    if (kind == Kind.KEYS) {
      return PyDict.has(map, value);
    }
    for (Iterator<Object> all = iterator(); all.hasNext(); ) {
      if (Values.equal(all.next(), value)) {
        return true;
      }
    }
    return false;
  }
}
