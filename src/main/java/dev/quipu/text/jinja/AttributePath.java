package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code attribute="a.b.0"} picks from an item.
 *
 * @param absent stands in for what is undefined, unless None
 */
record AttributePath(List<Object> parts, Object absent) {

  /** @param attribute a string, an integer, or None for the item itself */
  static AttributePath of(Object attribute, Object absent) {
    if (attribute == null) {
      return new AttributePath(List.of(), absent);
    }
    if (!Values.isString(attribute)) {
      return new AttributePath(List.of(attribute), absent);
    }
    List<Object> parts = new ArrayList<>();
    for (String part : Text.split(Values.text(attribute), ".", -1)) {
      parts.add(isIndex(part) ? Conversions.integer(part, 10) : part);
    }
    return new AttributePath(parts, absent);
  }

  /** From the keywords of the filter {@code map}. */
  static AttributePath ofMap(Map<String, Object> named) {
    for (String name : named.keySet()) {
      if (!name.equals("attribute") && !name.equals("default")) {
        throw PyException.argument("Unexpected keyword argument " + PyFormat.repr(name));
      }
    }
    return of(named.get("attribute"), named.get("default"));
  }

  /** Several attributes, with commas between them. */
  static List<AttributePath> several(Object attribute) {
    if (!Values.isString(attribute)) {
      return List.of(of(attribute, null));
    }
    List<AttributePath> paths = new ArrayList<>();
    for (String one : Text.split(Values.text(attribute), ",", -1)) {
      paths.add(of(one, null));
    }
    return paths;
  }

  Object of(Object item) {
    Object value = item;
    for (Object part : parts) {
      value = Attributes.item(value, part);
      if (absent != null && value instanceof Undefined) {
        value = absent;
      }
    }
    return value;
  }

  private static boolean isIndex(String part) {
    return !part.isEmpty() && part.codePoints().allMatch(CharacterTests::isDigit);
  }
}
