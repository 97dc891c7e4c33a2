package dev.quipu.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one thing whose attributes a template can set. */
final class Namespace {

  final Map<String, Object> attributes = new LinkedHashMap<>();

  Namespace(Map<?, ?> initial) {
    for (Map.Entry<?, ?> entry : initial.entrySet()) {
      if (Values.hashKey(entry.getKey()) instanceof String name) {
        put(name, entry.getValue());
      }
    }
  }

  /** As transformers has it: names that begin with an underscore are refused. */
  void put(String name, Object value) {
    if (name.startsWith("_")) {
      throw PyException.security("Chat templates cannot store underscore-prefixed attributes on a namespace, but got "
          + PyFormat.repr(name) + ". Please rename the attribute.");
    }
    attributes.put(name, value);
  }
}
