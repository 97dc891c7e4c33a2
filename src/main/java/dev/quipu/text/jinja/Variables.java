package dev.quipu.text.jinja;

import java.util.HashMap;
import java.util.Map;

/** What a template is given: the caller's values, the names it exports to its blocks, and behind both the globals. */
final class Variables {

  private final Map<String, Object> given;
  private final Map<String, Object> exported = new HashMap<>();

  Variables(Map<String, Object> given) {
    this.given = given;
  }

  void export(String name, Object value) {
    exported.put(name, value);
  }

  /** The value, or {@link Scope#MISSING}. */
  Object resolve(String name) {
    if (exported.containsKey(name)) {
      return exported.get(name);
    }
    if (given.containsKey(name)) {
      return PlainValues.of(given.get(name));
    }
    return Globals.named(name);
  }
}
