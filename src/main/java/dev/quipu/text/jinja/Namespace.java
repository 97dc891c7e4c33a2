package dev.quipu.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one thing whose attributes a template can set. */
final class Namespace {

  final Map<String, Object> attributes = new LinkedHashMap<>();

  Namespace(Map<?, ?> initial) {
    for (Map.Entry<?, ?> entry : initial.entrySet()) {
      if (Values.hashKey(entry.getKey()) instanceof String name) {
        attributes.put(name, entry.getValue());
      }
    }
  }
}
