package dev.quipu.support;

import dev.quipu.config.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Documents that are almost right: one of some good ones, with a few values replaced, taken away, doubled, moved or
 * given to another key. The words of all of them are what strings and keys are replaced by.
 */
public final class JsonVariants {

  private static final int MAX_EDITS = 4;

  /** Of what is repeated, all copies together: four edits could else multiply a document by millions. */
  private static final int MAX_REPEATED_VALUES = 50_000;

  private final List<Object> documents = new ArrayList<>();
  private final List<String> words;

  public JsonVariants(List<String> texts) {
    TreeSet<String> found = new TreeSet<>();
    for (String text : texts) {
      Object document = Json.parse(text, "document");
      documents.add(document);
      addWords(document, found);
    }
    words = List.copyOf(found);
  }

  /** The text of a variant of a document that the choices choose. */
  public String vary(Choices choices) {
    return vary(choices.below(documents.size()), choices);
  }

  /** The text of a variant of the n-th document. */
  public String vary(int n, Choices choices) {
    Object[] root = {copy(documents.get(n))};
    int edits = choices.below(MAX_EDITS + 1);
    for (int i = 0; i < edits; i++) {
      edit(root, choices);
    }
    StringBuilder json = new StringBuilder();
    write(root[0], json);
    return json.toString();
  }

  private void edit(Object[] root, Choices choices) {
    Object parent = null;
    Object key = null;
    Object here = root[0];
    while (!children(here).isEmpty() && (parent == null || choices.below(4) != 0)) {
      parent = here;
      key = choices.of(children(here));
      here = child(here, key);
    }
    Object changed = changed(here, choices);
    if (parent == null) {
      root[0] = changed;
    } else if (parent instanceof Map<?, ?> map) {
      editMap(asMap(map), (String) key, changed, choices);
    } else {
      editList(asList(parent), (Integer) key, changed, choices);
    }
  }

  private void editMap(Map<String, Object> map, String key, Object changed, Choices choices) {
    switch (choices.below(6)) {
      case 0 -> map.remove(key);
      case 1 -> map.put(choices.of(words), map.remove(key));
      case 2 -> map.put(choices.of(words), changed);
      default -> map.put(key, changed);
    }
  }

  private static void editList(List<Object> list, int index, Object changed, Choices choices) {
    switch (choices.below(6)) {
      case 0 -> list.remove(index);
      case 1 -> list.add(index, changed);
      case 2 -> list.add(copy(list.get(index)));
      default -> list.set(index, changed);
    }
  }

  private Object changed(Object value, Choices choices) {
    return switch (choices.below(12)) {
      case 0 -> null;
      case 1 -> (long) choices.below(256) - 8;
      case 2 -> number(choices);
      case 3 -> choices.flag();
      case 4 -> choices.of(words);
      case 5 -> choices.text(1 + choices.below(16));
      case 6 -> new ArrayList<>(List.of(copyOrNothing(value)));
      case 7 -> new LinkedHashMap<>(Map.of(choices.of(words), copyOrNothing(value)));
      case 8 -> copy(choices.of(documents));
      case 9 -> near(value, choices);
      case 10 -> nested(choices.below(520));
      default -> repeated(value, choices);
    };
  }

  private static Object number(Choices choices) {
    return switch (choices.below(16)) {
      case 0 -> 0L;
      case 1 -> (long) Integer.MAX_VALUE;
      case 2 -> (long) Integer.MIN_VALUE;
      case 3 -> 1L << 31;
      case 4 -> Long.MAX_VALUE;
      case 5 -> Long.MIN_VALUE;
      case 6 -> BigInteger.ONE.shiftLeft(64 + choices.below(2000));
      case 7 -> 1e308;
      case 8 -> Double.MIN_VALUE;
      case 9 -> Double.NaN;
      case 10 -> Double.NEGATIVE_INFINITY;
      case 11 -> -0.0;
      case 12 -> new LinkedHashMap<>(Map.of("__float__", choices.of("Infinity", "-Infinity", "NaN", "x", "")));
      case 13 -> (long) choices.below(65536);
      case 14 -> 1L << choices.below(63);
      default -> (1L << choices.below(63)) - 1;
    };
  }

  /** A value not far from what stood there. */
  private static Object near(Object value, Choices choices) {
    return switch (value) {
      case Long n -> choices.flag() ? n + 1 : n * 2;
      case Double d -> choices.flag() ? -d : d * 1e30;
      case String s -> choices.flag() ? s + choices.text(4) : s.substring(0, s.length() / 2);
      case null -> "null";
      default -> value;
    };
  }

  private static Object nested(int depth) {
    Object value = "x";
    for (int i = 0; i < depth; i++) {
      value = new ArrayList<>(List.of(value));
    }
    return value;
  }

  private static Object repeated(Object value, Choices choices) {
    List<Object> list = new ArrayList<>();
    int times = Math.min(choices.below(40), MAX_REPEATED_VALUES / size(value));
    for (int i = 0; i < times; i++) {
      list.add(copyOrNothing(value));
    }
    return list;
  }

  /** How many values it is. */
  private static int size(Object value) {
    int size = 1;
    for (Object key : children(value)) {
      size += size(child(value, key));
    }
    return size;
  }

  private static Object copyOrNothing(Object value) {
    return value == null ? "" : copy(value);
  }

  private static List<Object> children(Object value) {
    List<Object> keys = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      keys.addAll(map.keySet());
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        keys.add(i);
      }
    }
    return keys;
  }

  private static Object child(Object value, Object key) {
    return value instanceof Map<?, ?> map ? map.get(key) : asList(value).get((Integer) key);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> asList(Object value) {
    return (List<Object>) value;
  }

  private static void addWords(Object value, TreeSet<String> words) {
    if (value instanceof Map<?, ?> map) {
      words.addAll(asMap(map).keySet());
      map.values().forEach(child -> addWords(child, words));
    } else if (value instanceof List<?> list) {
      list.forEach(child -> addWords(child, words));
    } else if (value instanceof String s) {
      words.add(s);
    }
  }

  private static Object copy(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, child) -> copy.put((String) key, copy(child)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(child -> copy.add(copy(child)));
      return copy;
    }
    return value;
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          write(entry.getKey(), out.append(separator));
          write(entry.getValue(), out.append(':'));
          separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case List<?> list -> {
        String separator = "[";
        for (Object item : list) {
          write(item, out.append(separator));
          separator = ",";
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      case String s -> quote(s, out);
      case null, default -> out.append(value);
    }
  }

  private static void quote(String s, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\' || c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
