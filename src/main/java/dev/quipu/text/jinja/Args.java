package dev.quipu.text.jinja;

import java.util.List;
import java.util.Map;

/** The arguments of a call, and how Python binds them to names. */
record Args(List<Object> positional, Map<String, Object> named) {

  static final Args NONE = new Args(List.of(), Map.of());

  /** The value of a parameter that was not given. */
  static final Object ABSENT = new Object();

  int size() {
    return positional.size();
  }

  /** The arguments by name, {@link #ABSENT} where one is not given; the first {@code required} must be. */
  Object[] bind(String function, int required, String... names) {
    Object[] bound = bindPositional(function, names.length);
    for (Map.Entry<String, Object> entry : named.entrySet()) {
      int i = indexOf(names, entry.getKey());
      if (i < 0) {
        throw PyException.type(function + "() got an unexpected keyword argument " + PyFormat.repr(entry.getKey()));
      }
      if (bound[i] != ABSENT) {
        throw PyException.type(function + "() got multiple values for argument " + PyFormat.repr(entry.getKey()));
      }
      bound[i] = entry.getValue();
    }
    for (int i = 0; i < required; i++) {
      if (bound[i] == ABSENT) {
        throw PyException.type(function + "() missing a required argument: " + PyFormat.repr(names[i]));
      }
    }
    return bound;
  }

  /** As {@link #bind}, for a function that takes no keywords. */
  Object[] positional(String function, int required, int most) {
    if (!named.isEmpty()) {
      throw PyException.type(function + "() takes no keyword arguments");
    }
    if (positional.size() < required) {
      throw PyException.type(function + "() takes at least " + required + " argument(s) (" + size() + " given)");
    }
    return bindPositional(function, most);
  }

  private Object[] bindPositional(String function, int most) {
    if (positional.size() > most) {
      throw PyException.type(function + "() takes at most " + most + " argument(s) (" + size() + " given)");
    }
    Object[] bound = new Object[most];
    for (int i = 0; i < most; i++) {
      bound[i] = i < positional.size() ? positional.get(i) : ABSENT;
    }
    return bound;
  }

  static Object or(Object value, Object absent) {
    return value == ABSENT ? absent : value;
  }

  private static int indexOf(String[] names, String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
