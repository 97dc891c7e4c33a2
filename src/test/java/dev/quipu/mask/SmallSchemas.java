package dev.quipu.mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * JSON schemas all of whose documents are among a few thousand values, and what they accept, by the letter of the
 * specification: the independent side of {@link MaskOracleTest}.
 */
final class SmallSchemas {

  private static final String[] KEYS = {"a", "b", "ab"};
  private static final List<Object> SCALARS = scalars();

  private SmallSchemas() {}

  private static List<Object> scalars() {
    List<Object> scalars = new ArrayList<>();
    scalars.add(null);
    scalars.add(true);
    scalars.add(false);
    for (long i = 0; i <= 12; i++) {
      scalars.add(i);
    }
    for (String s : new String[] {"", "a", "b", "é", "aa", "ab", "ba", "bb", "aé", "éa", "éb", "bé", "éé"}) {
      scalars.add(s);
    }
    return scalars;
  }

  /** Scalars, arrays of up to two, objects of up to two members in either order. */
  static List<Object> values() {
    List<Object> values = new ArrayList<>(SCALARS);
    values.add(List.of());
    values.add(Map.of());
    for (Object first : SCALARS) {
      values.add(listOf(first));
      for (Object second : SCALARS) {
        values.add(listOf(first, second));
      }
      for (String key : KEYS) {
        values.add(mapOf(key, first));
        for (String other : KEYS) {
          for (Object second : key.equals(other) ? List.of() : SCALARS) {
            Map<String, Object> map = mapOf(key, first);
            map.put(other, second);
            values.add(map);
          }
        }
      }
    }
    return values;
  }

  private static List<Object> listOf(Object... items) {
    return new ArrayList<>(Arrays.asList(items));
  }

  private static Map<String, Object> mapOf(String key, Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    return map;
  }

  /** A random schema, and that the document is one of the values. */
  static Object random(Random random) {
    Map<String, Object> scalar = mapOf("enum", SCALARS);
    Map<String, Object> bound = mapOf("anyOf", List.of(scalar,
        with(mapOf("type", "array"), "items", scalar, "maxItems", 2L),
        with(mapOf("type", "object"), "propertyNames", mapOf("enum", List.of(KEYS)), "additionalProperties", scalar,
            "maxProperties", 2L)));
    return mapOf("allOf", List.of(bound, schema(random, 3)));
  }

  private static Map<String, Object> with(Map<String, Object> map, Object... more) {
    for (int i = 0; i < more.length; i += 2) {
      map.put((String) more[i], more[i + 1]);
    }
    return map;
  }

  private static Object schema(Random random, int depth) {
    Map<String, Object> schema = new LinkedHashMap<>();
    for (int n = random.nextInt(3) + (depth == 3 ? 1 : 0); n > 0; n--) {
      keyword(schema, random, depth);
    }
    return random.nextInt(20) == 0 ? (Object) random.nextBoolean() : schema;
  }

  private static void keyword(Map<String, Object> schema, Random random, int depth) {
    switch (random.nextInt(depth == 0 ? 10 : 20)) {
      case 0 -> schema.put("type", List.of("null", "boolean", "integer", "string", "array", "object")
          .get(random.nextInt(6)));
      case 1 -> schema.put("minLength", (long) random.nextInt(3));
      case 2 -> schema.put("maxLength", (long) random.nextInt(3));
      case 3 -> schema.put("pattern", RandomPattern.of(random, 2));
      case 4 -> schema.put("minimum", (long) random.nextInt(12));
      case 5 -> schema.put("multipleOf", 1L + random.nextInt(4));
      case 6 -> schema.put("const", SCALARS.get(random.nextInt(SCALARS.size())));
      case 7 -> schema.put("enum", List.of("a", 1L + random.nextInt(12), true, "ab"));
      case 8 -> schema.put("maximum", (long) random.nextInt(12));
      case 9 -> schema.put("required", List.of(KEYS[random.nextInt(KEYS.length)]));
      case 10 -> schema.put("not", schema(random, depth - 1));
      case 11 -> schema.put("anyOf", List.of(schema(random, depth - 1), schema(random, depth - 1)));
      case 12 -> schema.put("oneOf", List.of(schema(random, depth - 1), schema(random, depth - 1)));
      case 13 -> schema.put("allOf", List.of(schema(random, depth - 1), schema(random, depth - 1)));
      case 14 -> schema.put("items", schema(random, depth - 1));
      case 15 -> schema.put("contains", schema(random, depth - 1));
      case 16 -> schema.put("additionalProperties", schema(random, depth - 1));
      case 17 -> schema.put("patternProperties", mapOf("a", schema(random, depth - 1)));
      case 18 -> schema.put(random.nextBoolean() ? "minItems" : "minProperties", (long) random.nextInt(3));
      default -> schema.put("properties",
          with(mapOf("a", schema(random, depth - 1)), "b", schema(random, depth - 1)));
    }
  }

  static boolean accepts(Object schema, Object value) {
    if (schema instanceof Boolean all) {
      return all;
    }
    Map<?, ?> keywords = (Map<?, ?>) schema;
    return keywords.entrySet().stream().allMatch(entry ->
        accepts((String) entry.getKey(), entry.getValue(), keywords, value));
  }

  private static boolean accepts(String keyword, Object of, Map<?, ?> schema, Object value) {
    return switch (keyword) {
      case "type" -> of.equals(type(value));
      case "const" -> Objects.equals(of, value);
      case "enum" -> ((List<?>) of).stream().anyMatch(each -> Objects.equals(each, value));
      case "minLength" -> !(value instanceof String s) || s.length() >= (long) of;
      case "maxLength" -> !(value instanceof String s) || s.length() <= (long) of;
      case "pattern" -> !(value instanceof String s) || Pattern.compile((String) of).matcher(s).find();
      case "minimum" -> !(value instanceof Long n) || n >= (long) of;
      case "maximum" -> !(value instanceof Long n) || n <= (long) of;
      case "multipleOf" -> !(value instanceof Long n) || n % (long) of == 0;
      case "not" -> !accepts(of, value);
      case "anyOf" -> ((List<?>) of).stream().anyMatch(each -> accepts(each, value));
      case "allOf" -> ((List<?>) of).stream().allMatch(each -> accepts(each, value));
      case "oneOf" -> ((List<?>) of).stream().filter(each -> accepts(each, value)).count() == 1;
      default -> value instanceof List<?> list ? acceptsList(keyword, of, list)
          : !(value instanceof Map<?, ?> map) || acceptsMap(keyword, of, schema, map);
    };
  }

  private static boolean acceptsList(String keyword, Object of, List<?> list) {
    return switch (keyword) {
      case "items" -> list.stream().allMatch(item -> accepts(of, item));
      case "contains" -> list.stream().anyMatch(item -> accepts(of, item));
      case "minItems" -> list.size() >= (long) of;
      case "maxItems" -> list.size() <= (long) of;
      default -> true;
    };
  }

  private static boolean acceptsMap(String keyword, Object of, Map<?, ?> schema, Map<?, ?> map) {
    return switch (keyword) {
      case "required" -> map.keySet().containsAll((List<?>) of);
      case "minProperties" -> map.size() >= (long) of;
      case "maxProperties" -> map.size() <= (long) of;
      case "propertyNames" -> map.keySet().stream().allMatch(key -> accepts(of, key));
      case "properties" -> ((Map<?, ?>) of).entrySet().stream().allMatch(entry ->
          !map.containsKey(entry.getKey()) || accepts(entry.getValue(), map.get(entry.getKey())));
      case "patternProperties" -> ((Map<?, ?>) of).entrySet().stream().allMatch(entry -> map.entrySet().stream()
          .allMatch(one -> !((String) one.getKey()).contains((String) entry.getKey())
              || accepts(entry.getValue(), one.getValue())));
      case "additionalProperties" -> map.entrySet().stream().allMatch(entry ->
          isNamed(schema, (String) entry.getKey()) || accepts(of, entry.getValue()));
      default -> true;
    };
  }

  private static boolean isNamed(Map<?, ?> schema, String key) {
    return schema.get("properties") instanceof Map<?, ?> named && named.containsKey(key)
        || schema.containsKey("patternProperties") && key.contains("a");
  }

  private static String type(Object value) {
    return switch (value) {
      case null -> "null";
      case Boolean any -> "boolean";
      case Long any -> "integer";
      case String any -> "string";
      case List<?> any -> "array";
      default -> "object";
    };
  }

  static String text(Object value) {
    return switch (value) {
      case null -> "null";
      case String s -> "\"" + s.replace("\\", "\\\\") + "\"";
      case List<?> list -> "[" + String.join(",", list.stream().map(SmallSchemas::text).toList()) + "]";
      case Map<?, ?> map -> "{" + String.join(",", map.entrySet().stream().map(entry ->
          text(entry.getKey()) + ":" + text(entry.getValue())).toList()) + "}";
      default -> value.toString();
    };
  }
}
