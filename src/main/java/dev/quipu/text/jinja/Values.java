package dev.quipu.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What Python's data model says of any value: its type, truth, equality, order, length, members. A value is null
 * (None), Boolean, Long or BigInteger, Double, String, {@link Markup}, List, {@link Tuple}, Map or one of this
 * package's kinds.
 */
final class Values {

  private static final int MAX_DEPTH = 1000;

  private Values() {}

  static String typeName(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long || value instanceof BigInteger) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof Map) {
      return "dict";
    }
    return otherTypeName(value);
  }

  private static String otherTypeName(Object value) {
    if (value instanceof Tuple tuple) {
      return tuple.isGroup() ? "_GroupTuple" : "tuple";
    }
    if (value instanceof Range) {
      return "range";
    }
    if (value instanceof Generator generator) {
      return generator.type();
    }
    if (value instanceof DictView view) {
      return view.type();
    }
    if (value instanceof BoundMethod) {
      return "builtin_function_or_method";
    }
    if (value instanceof Globals.Function) {
      return "function";
    }
    return value instanceof LoopContext ? "LoopContext" : value.getClass().getSimpleName();
  }

  /** The type as an error about a missing attribute names it. */
  static String describe(Object value) {
    return value == null ? "None" : typeName(value) + " object";
  }

  static boolean isTrue(Object value) {
    if (value instanceof Boolean b) {
      return b;
    }
    if (value == null || value instanceof Undefined) {
      return false;
    }
    if (value instanceof Long n) {
      return n != 0;
    }
    if (value instanceof Double d) {
      return d != 0;
    }
    return !(isSized(value) && length(value) == 0);
  }

  static boolean isString(Object value) {
    return value instanceof String || value instanceof Markup;
  }

  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof BigInteger || value instanceof Boolean;
  }

  static boolean isNumber(Object value) {
    return isInteger(value) || value instanceof Double;
  }

  static boolean isCallable(Object value) {
    return value instanceof Macro || value instanceof BoundMethod || value instanceof Globals.Function
        || value instanceof LoopContext || value instanceof Joiner || value instanceof Undefined;
  }

  /** The text of a string, markup or not. */
  static String text(Object string) {
    return string instanceof Markup markup ? markup.text() : (String) string;
  }

  static boolean isSized(Object value) {
    return isString(value) || value instanceof List || value instanceof Map || value instanceof Tuple
        || value instanceof Range || value instanceof DictView || value instanceof Undefined
        || value instanceof LoopContext;
  }

  /** As {@code len()}; of a string, its code points. */
  static int length(Object value) {
    if (isString(value)) {
      return Text.length(text(value));
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Tuple tuple) {
      return tuple.items().size();
    }
    if (value instanceof Range range) {
      return range.length();
    }
    if (value instanceof DictView view) {
      return view.map().size();
    }
    if (value instanceof LoopContext loop) {
      return loop.length();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    throw PyException.type("object of type " + PyFormat.repr(typeName(value)) + " has no len()");
  }

  static boolean isIterable(Object value) {
    return isSized(value) || value instanceof Generator;
  }

  /** As {@code iter()}; a dict gives its keys, a string its code points. */
  @SuppressWarnings("unchecked")
  static Iterator<Object> iterator(Object value) {
    if (value instanceof List<?> list) {
      return (Iterator<Object>) list.iterator();
    }
    if (isString(value)) {
      return Text.characters(value);
    }
    if (value instanceof Map<?, ?> map) {
      return (Iterator<Object>) map.keySet().iterator();
    }
    if (value instanceof Tuple tuple) {
      return tuple.items().iterator();
    }
    if (value instanceof Generator generator) {
      return generator.items();
    }
    if (value instanceof DictView view) {
      return view.iterator();
    }
    if (value instanceof Range range) {
      return items(range).iterator();
    }
    if (value instanceof Undefined) {
      return Collections.emptyIterator();
    }
    throw PyException.type(PyFormat.repr(typeName(value)) + " object is not iterable");
  }

  /** All members as a new list, as {@code list()}. */
  static List<Object> list(Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    if (value instanceof Range range) {
      return items(range);
    }
    List<Object> list = new ArrayList<>();
    for (Iterator<Object> all = iterator(value); all.hasNext(); ) {
      list.add(all.next());
    }
    return list;
  }

  private static List<Object> items(Range range) {
    Work.visit(range.length());
    Object[] items = new Object[range.length()];
    for (int i = 0; i < items.length; i++) {
      items[i] = range.get(i);
    }
    return Arrays.asList(items);
  }

  /** As {@code member in container}. */
  static boolean contains(Object container, Object member) {
    if (isString(container)) {
      if (!isString(member)) {
        throw PyException.type("'in <string>' requires string as left operand, not " + typeName(member));
      }
      return text(container).contains(text(member));
    }
    if (container instanceof Map<?, ?> map) {
      return PyDict.has(map, member);
    }
    if (container instanceof DictView view) {
      return view.contains(member);
    }
    if (container instanceof Range range && hashKey(member) instanceof Long n) {
      return range.contains(n);
    }
    if (!isIterable(container)) {
      throw PyException.type("argument of type " + PyFormat.repr(typeName(container)) + " is not iterable");
    }
    for (Iterator<Object> all = iterator(container); all.hasNext(); ) {
      if (equal(all.next(), member)) {
        return true;
      }
    }
    return false;
  }

  /** As {@code a == b}. */
  static boolean equal(Object a, Object b) {
    return equal(a, b, 0);
  }

  private static boolean equal(Object a, Object b, int depth) {
    if (a == b && !(a instanceof Double)) {
      return true;
    }
    if (a == null || b == null) {
      return false;
    }
    if (isString(a)) {
      return isString(b) && text(a).equals(text(b));
    }
    if (isNumber(a)) {
      return isNumber(b) && Numbers.equal(a, b);
    }
    return equalContainers(a, b, deeper(depth));
  }

  private static boolean equalContainers(Object a, Object b, int depth) {
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return equalItems(x, y, depth);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return equalItems(x.items(), y.items(), depth);
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return equalMaps(x, y, depth);
    }
    if (a instanceof Range x && b instanceof Range y) {
      return items(x).equals(items(y));
    }
    if (a instanceof DictView x && b instanceof DictView y) {
      return equalViews(x, y);
    }
    return a instanceof Undefined && b instanceof Undefined || a instanceof BoundMethod && a.equals(b);
  }

  private static boolean equalItems(List<?> a, List<?> b, int depth) {
    if (a.size() != b.size()) {
      return false;
    }
    Work.visit(a.size());
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i) != b.get(i) && !equal(a.get(i), b.get(i), depth)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalMaps(Map<?, ?> a, Map<?, ?> b, int depth) {
    if (a.size() != b.size()) {
      return false;
    }
    Work.visit(a.size());
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      if (!PyDict.has(b, entry.getKey()) || !equal(entry.getValue(), PyDict.get(b, entry.getKey()), depth)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalViews(DictView a, DictView b) {
    if (a.kind() == DictView.Kind.VALUES || a.kind() != b.kind() || a.map().size() != b.map().size()) {
      return false;
    }
    for (Iterator<Object> all = a.iterator(); all.hasNext(); ) {
      if (!b.contains(all.next())) {
        return false;
      }
    }
    return true;
  }

  /** As {@code a < b}, for sorting. */
  static boolean less(Object a, Object b) {
    return compare("<", a, b);
  }

  /** As {@code a op b}, where the operator is one of {@code < <= > >=}. */
  static boolean compare(String operator, Object a, Object b) {
    return compare(operator, a, b, 0);
  }

  private static boolean compare(String operator, Object a, Object b, int depth) {
    if (isNumber(a) && isNumber(b)) {
      return Numbers.isUnordered(a, b) ? false : holds(operator, Numbers.compare(a, b));
    }
    if (isString(a) && isString(b)) {
      return holds(operator, Text.compare(text(a), text(b)));
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return compareItems(operator, x, y, deeper(depth));
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return compareItems(operator, x.items(), y.items(), deeper(depth));
    }
    if (a instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (b instanceof Undefined undefined) {
      throw undefined.failure();
    }
    throw PyException.type("'" + operator + "' not supported between instances of " + PyFormat.repr(typeName(a))
        + " and " + PyFormat.repr(typeName(b)));
  }

  private static boolean compareItems(String operator, List<?> a, List<?> b, int depth) {
    int shorter = Math.min(a.size(), b.size());
    Work.visit(shorter);
    for (int i = 0; i < shorter; i++) {
      if (a.get(i) != b.get(i) && !equal(a.get(i), b.get(i), depth)) {
        return compare(operator, a.get(i), b.get(i), depth);
      }
    }
    return holds(operator, Integer.compare(a.size(), b.size()));
  }

  private static boolean holds(String operator, int order) {
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /** A key with Java's equality that is Python's: for dict keys and sets. */
  static Object hashKey(Object key) {
    if (key instanceof String || key instanceof Long) {
      return key;
    }
    if (key == null) {
      return Scope.MISSING;
    }
    if (key instanceof Markup markup) {
      return markup.text();
    }
    if (key instanceof Boolean b) {
      return b ? 1L : 0L;
    }
    if (key instanceof Double d) {
      return Double.isFinite(d) && d == Math.rint(d) ? Numbers.normal(new BigDecimal(d).toBigInteger()) : d;
    }
    if (key instanceof Tuple tuple) {
      Work.visit(tuple.items().size());
      List<Object> items = new ArrayList<>();
      for (Object item : tuple.items()) {
        items.add(hashKey(item));
      }
      return new Tuple(items);
    }
    if (key instanceof List || key instanceof Map) {
      throw PyException.type("unhashable type: " + PyFormat.repr(typeName(key)));
    }
    return key instanceof Undefined ? Undefined.class : key;
  }

  private static int deeper(int depth) {
    if (depth > MAX_DEPTH) {
      throw new PyException("RecursionError", "maximum recursion depth exceeded in comparison");
    }
    return depth + 1;
  }
}
