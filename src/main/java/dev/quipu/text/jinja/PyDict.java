package dev.quipu.text.jinja;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A dict made by a template: in order of insertion, with Python's equality of keys ({@code 1 == 1.0 == True}). */
final class PyDict extends AbstractMap<Object, Object> {

  private final Map<Object, Map.Entry<Object, Object>> entries = new LinkedHashMap<>();

  /** Also for a plain map, whose keys are strings. */
  static Object get(Map<?, ?> map, Object key) {
    Object canonical = Values.hashKey(key);
    return map instanceof PyDict || canonical instanceof String ? map.get(canonical) : null;
  }

  static boolean has(Map<?, ?> map, Object key) {
    Object canonical = Values.hashKey(key);
    return (map instanceof PyDict || canonical instanceof String) && map.containsKey(canonical);
  }

  @Override
  public Object get(Object key) {
    Map.Entry<Object, Object> entry = entries.get(Values.hashKey(key));
    return entry == null ? null : entry.getValue();
  }

  @Override
  public boolean containsKey(Object key) {
    return entries.containsKey(Values.hashKey(key));
  }

  @Override
  public Object put(Object key, Object value) {
    Object canonical = Values.hashKey(key);
    Map.Entry<Object, Object> entry = entries.get(canonical);
    if (entry != null) {
      return entry.setValue(value);
    }
    entries.put(canonical, new SimpleEntry<>(key, value));
    return null;
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<Object, Object>> iterator() {
        return entries.values().iterator();
      }

      @Override
      public int size() {
        return entries.size();
      }
    };
  }
}
