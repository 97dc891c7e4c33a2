package dev.quipu.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes a caller's values into the interpreter: the few kinds it knows, with integers as Long where they fit. What is
 * in that form already is not copied.
 */
final class PlainValues {

  private static final int MAX_DEPTH = 500;

  private PlainValues() {}

  static Object of(Object value) {
    return of(value, 0);
  }

  private static Object of(Object value, int depth) {
    if (value == null || value instanceof String || value instanceof Long || value instanceof Boolean
        || value instanceof Double) {
      return value;
    }
    if (depth > MAX_DEPTH) {
      throw new PyException("RecursionError", "a value is nested more than " + MAX_DEPTH + " deep");
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, depth);
    }
    return value instanceof List<?> list ? list(list, depth) : number(value);
  }

  private static Object number(Object value) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof BigInteger n) {
      return Numbers.normal(n);
    }
    if (value instanceof Float f) {
      return f.doubleValue();
    }
    throw PyException.type("a value of " + value.getClass().getName() + " was given; known are Map, List, String, "
        + "Integer, Long, BigInteger, Double, Boolean and null");
  }

  private static Object map(Map<?, ?> map, int depth) {
    boolean same = map.getClass() == LinkedHashMap.class;
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw PyException.type("a key of a given map is " + entry.getKey() + "; keys must be strings");
      }
      Object value = of(entry.getValue(), depth + 1);
      same &= value == entry.getValue();
      copy.put(key, value);
    }
    return same ? map : copy;
  }

  private static Object list(List<?> list, int depth) {
    boolean same = true;
    List<Object> copy = new ArrayList<>(list.size());
    for (Object item : list) {
      Object value = of(item, depth + 1);
      same &= value == item;
      copy.add(value);
    }
    return same ? list : copy;
  }
}
