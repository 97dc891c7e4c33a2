package dev.quipu.text.jinja;

import dev.quipu.config.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's {@code json.dumps}, as the filter {@code tojson} of chat templates calls it: no HTML escapes. */
final class JsonDump {

  private static final int MAX_DEPTH = 900;

  private final boolean ascii;
  private final boolean sortKeys;
  private final String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final StringBuilder out = new StringBuilder();

  private JsonDump(Object[] options) {
    this.ascii = Values.isTrue(Args.or(options[0], false));
    this.indent = indent(Args.or(options[1], null));
    this.sortKeys = Values.isTrue(Args.or(options[3], false));
    Object separators = Args.or(options[2], null);
    if (separators == null) {
      itemSeparator = indent == null ? ", " : ",";
      keySeparator = ": ";
    } else {
      List<Object> two = Values.list(separators);
      if (two.size() != 2 || !Values.isString(two.get(0)) || !Values.isString(two.get(1))) {
        throw PyException.value("separators must be two strings");
      }
      itemSeparator = Values.text(two.get(0));
      keySeparator = Values.text(two.get(1));
    }
  }

  static String tojson(Object value, Args args) {
    JsonDump dump = new JsonDump(args.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys"));
    dump.value(value, 0);
    return dump.out.toString();
  }

  private static String indent(Object value) {
    if (value == null || Values.isString(value)) {
      return value == null ? null : Values.text(value);
    }
    int width = Math.max(0, Numbers.toInt(value, "indent"));
    Operators.checkLength(width);
    return " ".repeat(width);
  }

  private void value(Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new PyException("RecursionError", "maximum recursion depth exceeded while encoding a JSON object");
    }
    if (Values.isString(value)) {
      string(Values.text(value));
    } else if (value == null || Values.isNumber(value)) {
      out.append(scalar(value));
    } else if (value instanceof List<?> list) {
      array(list, depth);
    } else if (value instanceof Tuple tuple) {
      array(tuple.items(), depth);
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else {
      throw PyException.type("Object of type " + Values.typeName(value) + " is not JSON serializable");
    }
    Operators.checkLength(out.length());
  }

  private static String scalar(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Boolean b) {
      return b ? "true" : "false";
    }
    if (value instanceof Double d) {
      return Double.isNaN(d) ? "NaN" : Double.isInfinite(d) ? (d > 0 ? "Infinity" : "-Infinity") : PyFormat.number(d);
    }
    return PyFormat.integer(value);
  }

  private void array(List<?> items, int depth) {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i == 0, depth + 1);
      value(items.get(i), depth + 1);
    }
    close(']', items.isEmpty(), depth);
  }

  private void object(Map<?, ?> map, int depth) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : entries(map)) {
      separate(first, depth + 1);
      first = false;
      string(key(entry.getKey()));
      out.append(keySeparator);
      value(entry.getValue(), depth + 1);
    }
    close('}', first, depth);
  }

  private Iterable<? extends Map.Entry<?, ?>> entries(Map<?, ?> map) {
    if (!sortKeys) {
      return map.entrySet();
    }
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    return Sorting.sorted(entries, Map.Entry::getKey, false);
  }

  private static String key(Object key) {
    if (Values.isString(key)) {
      return Values.text(key);
    }
    if (key == null || key instanceof Boolean || key instanceof Long || key instanceof BigInteger
        || key instanceof Double) {
      return scalar(key);
    }
    throw PyException.type("keys must be str, int, float, bool or None, not " + Values.typeName(key));
  }

  private void separate(boolean first, int depth) {
    if (!first) {
      out.append(itemSeparator);
    }
    newLine(depth);
  }

  private void close(char bracket, boolean empty, int depth) {
    if (!empty) {
      newLine(depth);
    }
    out.append(bracket);
  }

  private void newLine(int depth) {
    if (indent != null) {
      Operators.checkLength(out.length() + (long) indent.length() * depth);
      out.append('\n');
      for (int i = 0; i < depth; i++) {
        out.append(indent);
      }
    }
  }

  private void string(String s) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (ascii && c > '~') {
        Json.escapeByNumber(c, out);
      } else {
        Json.escape(c, out);
      }
    }
    out.append('"');
  }
}
