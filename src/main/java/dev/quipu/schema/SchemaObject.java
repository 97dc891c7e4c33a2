package dev.quipu.schema;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One schema that is an object, with typed access to its keywords: what is of another type is refused by name. */
record SchemaObject(Map<?, ?> keywords, Documents.Place place) {

  private static final int MAX_SIZE = Integer.MAX_VALUE / 2;

  boolean has(String keyword) {
    return keywords.containsKey(keyword);
  }

  Object get(String keyword) {
    return keywords.get(keyword);
  }

  boolean isBefore(Draft draft) {
    return place.draft().isBefore(draft);
  }

  UnsupportedSchema refusal(String keyword, String why) {
    return new UnsupportedSchema(keyword, place.pointer(), why);
  }

  private UnsupportedSchema unexpected(String keyword, String expected) {
    return refusal(keyword, "expected " + expected + ", found " + get(keyword));
  }

  BigDecimal number(String keyword) {
    if (get(keyword) instanceof BigDecimal n) {
      return n;
    }
    throw unexpected(keyword, "a number");
  }

  /** A number of entries or characters; {@code absent} if the keyword is. */
  int size(String keyword, int absent) {
    if (!has(keyword)) {
      return absent;
    }
    if (get(keyword) instanceof BigDecimal n && n.signum() >= 0 && n.stripTrailingZeros().scale() <= 0) {
      return n.compareTo(BigDecimal.valueOf(MAX_SIZE)) > 0 ? MAX_SIZE : n.intValue();
    }
    throw unexpected(keyword, "a whole number that is not negative");
  }

  boolean bool(String keyword) {
    if (!has(keyword)) {
      return false;
    }
    if (get(keyword) instanceof Boolean value) {
      return value;
    }
    throw unexpected(keyword, "a boolean");
  }

  String text(String keyword) {
    if (get(keyword) instanceof String text) {
      return text;
    }
    throw unexpected(keyword, "a string");
  }

  /** Empty if the keyword is absent. */
  Map<?, ?> map(String keyword) {
    if (!has(keyword)) {
      return Map.of();
    }
    if (get(keyword) instanceof Map<?, ?> map) {
      return map;
    }
    throw unexpected(keyword, "an object");
  }

  /** Names that stand in a keyword's value, or are it. */
  Set<String> names(String keyword, Object value) {
    Set<String> names = new LinkedHashSet<>();
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      list.forEach(name -> names.add((String) name));
      return names;
    }
    throw refusal(keyword, "expected a list of names, found " + value);
  }
}
