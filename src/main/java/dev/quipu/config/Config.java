package dev.quipu.config;

import dev.quipu.QuipuException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One JSON object with typed access. Every refusal names the file, the key, what was expected and what was found;
 * keys that were asked for count as used, so that a reader can refuse the rest. A {@code null} value counts as absent.
 */
public final class Config {

  private final String name;
  private final String path;
  private final Map<String, Object> values;
  private final Set<String> used = new HashSet<>();
  private final Map<String, Config> objects = new LinkedHashMap<>(); // those asked for

  private Config(String name, String path, Map<String, Object> values) {
    this.name = name;
    this.path = path;
    this.values = values;
  }

  /**
   * @param name  what the file is called in a message, such as {@code config.json}
   * @param value what {@link Json} made of it
   */
  @SuppressWarnings("unchecked")
  public static Config of(String name, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Config(name, "", (Map<String, Object>) map);
    }
    throw new QuipuException(name + ": expected a JSON object, found " + kind(value));
  }

  /** The file's name, for messages. */
  public String name() {
    return name;
  }

  /** The keys in the order of the file. */
  public Set<String> keys() {
    return values.keySet();
  }

  /**
   * The keys that have a value and that nobody has asked for yet, here and in the objects that were asked for, each
   * with its path from the root of the file.
   */
  public List<String> unusedKeys() {
    List<String> unused = new ArrayList<>();
    for (var entry : values.entrySet()) {
      if (entry.getValue() != null && !used.contains(entry.getKey())) {
        unused.add(path + entry.getKey());
      }
    }
    for (Config object : objects.values()) {
      unused.addAll(object.unusedKeys());
    }
    return unused;
  }

  public boolean has(String key) {
    return get(key) != null;
  }

  /** The plain value, or null. */
  public Object get(String key) {
    used.add(key);
    return untagged(values.get(key));
  }

  public int requireInt(String key) {
    require(key);
    return intValue(key, 0);
  }

  public int intValue(String key, int absent) {
    Object value = get(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof Number n && n.doubleValue() == n.intValue()) {
      return n.intValue();
    }
    throw unexpected(key, "an integer", value);
  }

  public double requireDouble(String key) {
    require(key);
    return doubleValue(key, 0);
  }

  public double doubleValue(String key, double absent) {
    Number value = typed(key, Number.class, "a number");
    return value == null ? absent : value.doubleValue();
  }

  public boolean booleanValue(String key, boolean absent) {
    Boolean value = typed(key, Boolean.class, "true or false");
    return value == null ? absent : value;
  }

  public boolean requireBoolean(String key) {
    require(key);
    return booleanValue(key, false);
  }

  public String requireString(String key) {
    require(key);
    return stringValue(key, null);
  }

  public String stringValue(String key, String absent) {
    String value = typed(key, String.class, "a string");
    return value == null ? absent : value;
  }

  /** The object at the key, or null. */
  @SuppressWarnings("unchecked")
  public Config object(String key) {
    Map<String, Object> value = typed(key, Map.class, "an object");
    if (value != null && !objects.containsKey(key)) {
      objects.put(key, new Config(name, path + key + ".", value));
    }
    return objects.get(key);
  }

  /** The list at the key, or null. */
  @SuppressWarnings("unchecked")
  public List<Object> list(String key) {
    return typed(key, List.class, "a list");
  }

  // by instanceof: a switch over types costs some 25 ms where it is the first of a run
  private <T> T typed(String key, Class<T> type, String expected) {
    Object value = get(key);
    if (value == null || type.isInstance(value)) {
      return type.cast(value);
    }
    throw unexpected(key, expected, value);
  }

  /** The object at the key, which must be there. */
  public Config requireObject(String key) {
    require(key);
    return object(key);
  }

  /** The list at the key, which must be there. */
  public List<Object> requireList(String key) {
    require(key);
    return list(key);
  }

  /** The whole numbers in the list at the key, which must be there. */
  public int[] requireInts(String key) {
    List<Object> list = requireList(key);
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      if (!(list.get(i) instanceof Number n) || n.doubleValue() != n.intValue()) {
        throw unexpected(key + "[" + i + "]", "an integer", list.get(i));
      }
      ints[i] = n.intValue();
    }
    return ints;
  }

  /** The strings in the list at the key, which must be there. */
  public List<String> requireStrings(String key) {
    List<String> strings = new ArrayList<>();
    for (Object value : requireList(key)) {
      if (!(value instanceof String string)) {
        throw unexpected(key + "[" + strings.size() + "]", "a string", value);
      }
      strings.add(string);
    }
    return strings;
  }

  /** The objects in the list at the key, which must be there. */
  @SuppressWarnings("unchecked")
  public List<Config> requireObjects(String key) {
    List<Config> found = new ArrayList<>();
    for (Object value : requireList(key)) {
      String item = key + "[" + found.size() + "]";
      if (!(value instanceof Map<?, ?> map)) {
        throw unexpected(item, "an object", value);
      }
      found.add(objects.computeIfAbsent(item, _ -> new Config(name, path + item + ".", (Map<String, Object>) map)));
    }
    return found;
  }

  /** A refusal in the form {@code config.json: rope_scaling.factor: message}. */
  public QuipuException refuse(String key, String message) {
    return new QuipuException(name + ": " + path + key + " " + message);
  }

  private void require(String key) {
    if (!has(key)) {
      throw refuse(key, "is missing");
    }
  }

  private QuipuException unexpected(String key, String expected, Object found) {
    return refuse(key, "must be " + expected + " but is " + found + " (" + kind(found) + ")");
  }

  // mlx-lm writes numbers that JSON lacks as {"__float__": "Infinity" | "-Infinity" | "NaN"}
  private static Object untagged(Object value) {
    if (!(value instanceof Map<?, ?> map) || map.size() != 1 || !(map.get("__float__") instanceof String s)) {
      return value;
    }
    return switch (s) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> value;
    };
  }

  private static String kind(Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "a list";
      case String _ -> "a string";
      case Boolean _ -> "true or false";
      default -> "a number";
    };
  }
}
