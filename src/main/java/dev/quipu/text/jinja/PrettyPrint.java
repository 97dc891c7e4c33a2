package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The filter {@code pprint}: Python's pprint, which sorts dicts and breaks what is wider than 80 characters. */
final class PrettyPrint {

  private static final int WIDTH = 80;

  private PrettyPrint() {}

  static String format(Object value) {
    StringBuilder out = new StringBuilder();
    format(value, out, 0, 0);
    return out.toString();
  }

  private static void format(Object value, StringBuilder out, int indent, int allowance) {
    String flat = PyFormat.repr(sorted(value));
    Operators.checkLength(out.length());
    if (flat.length() <= WIDTH - indent - allowance) {
      out.append(flat);
    } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      dict(map, out, indent, allowance);
    } else if (value instanceof List<?> list) {
      items(list, out, indent, allowance, '[', "]");
    } else if (value instanceof Tuple tuple) {
      items(tuple.items(), out, indent, allowance, '(', tuple.items().size() == 1 ? ",)" : ")");
    } else if (value instanceof String) {
      throw PyException.unsupported("the filter pprint of a string longer than a line");
    } else {
      out.append(flat);
    }
  }

  private static void dict(Map<?, ?> map, StringBuilder out, int indent, int allowance) {
    out.append('{');
    int i = 0;
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) sorted(map)).entrySet()) {
      String key = PyFormat.repr(entry.getKey());
      newItem(out, i, indent);
      out.append(key).append(": ");
      format(entry.getValue(), out, indent + 1 + Text.length(key) + 2, ++i == map.size() ? allowance + 1 : 1);
    }
    out.append('}');
  }

  private static void items(List<?> items, StringBuilder out, int indent, int allowance, char open, String close) {
    out.append(open);
    for (int i = 0; i < items.size(); i++) {
      newItem(out, i, indent);
      format(items.get(i), out, indent + 1, i == items.size() - 1 ? allowance + close.length() : 1);
    }
    out.append(close);
  }

  private static void newItem(StringBuilder out, int i, int indent) {
    if (i > 0) {
      out.append(",\n").append(" ".repeat(indent + 1));
    }
  }

  private static Object sorted(Object value) {
    if (value instanceof Map<?, ?> map) {
      Work.visit(map.size());
      PyDict dict = new PyDict();
      List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
      for (Map.Entry<?, ?> entry : Sorting.sorted(entries, Map.Entry::getKey, false)) {
        dict.put(entry.getKey(), sorted(entry.getValue()));
      }
      return dict;
    }
    if (value instanceof List<?> list) {
      return sortedItems(list);
    }
    return value instanceof Tuple tuple ? new Tuple(sortedItems(tuple.items())) : value;
  }

  private static List<Object> sortedItems(List<?> items) {
    Work.visit(items.size());
    List<Object> all = new ArrayList<>();
    for (Object item : items) {
      all.add(sorted(item));
    }
    return all;
  }
}
