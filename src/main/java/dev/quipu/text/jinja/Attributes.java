package dev.quipu.text.jinja;

import java.util.List;
import java.util.Map;

/**
 * {@code object.name} and {@code object[key]} as the immutable sandbox has them: attribute and item stand in for one
 * another, what would change a value is undefined and says why when used, and nothing private is reached.
 */
final class Attributes {

  private Attributes() {}

  /** {@code object.name}: the attribute first, then the item. */
  static Object attribute(Object object, String name) {
    Object value = own(object, name);
    if (value == Args.ABSENT) {
      Object item = lookup(object, name);
      return item == Args.ABSENT ? Undefined.attribute(object, name) : item;
    }
    return safe(object, name, value);
  }

  /** {@code object[key]}: the item first, then the attribute. */
  static Object item(Object object, Object key) {
    Object item = lookup(object, key);
    if (item != Args.ABSENT) {
      return item;
    }
    if (Values.isString(key)) {
      String name = Values.text(key);
      Object value = own(object, name);
      if (value != Args.ABSENT) {
        return safe(object, name, value);
      }
    }
    return Undefined.attribute(object, key);
  }

  /** The attribute alone, for the filter {@code attr}. */
  static Object attributeOnly(Object object, String name) {
    Object value = own(object, name);
    return value == Args.ABSENT ? Undefined.attribute(object, name) : safe(object, name, value);
  }

  private static Object safe(Object object, String name, Object value) {
    boolean changes = switch (name) {
      case "append", "insert", "sort", "extend", "remove", "reverse" -> object instanceof List;
      case "clear", "pop" -> object instanceof List || object instanceof Map;
      case "popitem", "setdefault", "update" -> object instanceof Map;
      default -> false;
    };
    return changes || name.startsWith("_") ? Undefined.unsafe(object, name) : value;
  }

  /** The item, or {@link Args#ABSENT} where Python raises a TypeError or LookupError. */
  private static Object lookup(Object object, Object key) {
    if (object instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (object instanceof Map<?, ?> map) {
      return isHashable(key) && PyDict.has(map, key) ? PyDict.get(map, key) : Args.ABSENT;
    }
    if (!Values.isInteger(key)) {
      return Args.ABSENT;
    }
    boolean indexed = Values.isString(object) || object instanceof List || object instanceof Tuple
        || object instanceof Range;
    return indexed ? element(object, Numbers.toInt(key, "index")) : Args.ABSENT;
  }

  private static boolean isHashable(Object key) {
    return !(key instanceof List || key instanceof Map || key instanceof Tuple tuple
        && !tuple.items().stream().allMatch(Attributes::isHashable));
  }

  private static Object element(Object object, int index) {
    if (object instanceof String s && index >= 0 && index < s.length() && s.length() < 256) {
      return character(s, index);
    }
    int size = Values.length(object);
    int i = index < 0 ? index + size : index;
    if (i < 0 || i >= size) {
      return Args.ABSENT;
    }
    if (object instanceof List<?> list) {
      return list.get(i);
    }
    if (object instanceof Tuple tuple) {
      return tuple.items().get(i);
    }
    return object instanceof Range range
        ? (Object) range.get(i) : Text.like(object, (String) character(Values.text(object), i));
  }

  private static Object character(String s, int index) {
    if (index >= Text.length(s)) {
      return Args.ABSENT;
    }
    int from = Text.offset(s, index);
    return s.substring(from, s.offsetByCodePoints(from, 1));
  }

  /** The attribute, or {@link Args#ABSENT}. */
  private static Object own(Object object, String name) {
    if (object instanceof Undefined undefined && !isDunder(name)) {
      throw undefined.failure();
    }
    if (object instanceof Namespace namespace) {
      return namespace.attributes.containsKey(name) ? namespace.attributes.get(name) : Args.ABSENT;
    }
    if (object instanceof LoopContext loop) {
      Object value = loop.attribute(name);
      return value == Args.ABSENT && isDunder(name) && isCommonDunder(name) ? name : value;
    }
    if (isDunder(name) && isCommonDunder(name) || Methods.has(object, name)) {
      return new BoundMethod(object, name);
    }
    return field(object, name);
  }

  private static boolean isDunder(String name) {
    return name.startsWith("__") && name.endsWith("__");
  }

  private static boolean isCommonDunder(String name) {
    return switch (name) {
      case "__class__", "__doc__", "__init__", "__new__", "__repr__", "__str__", "__eq__", "__ne__", "__hash__",
          "__getattribute__", "__setattr__", "__delattr__", "__dir__", "__format__", "__reduce__", "__reduce_ex__",
          "__sizeof__", "__subclasshook__", "__init_subclass__", "__lt__", "__le__", "__gt__", "__ge__" -> true;
      default -> false;
    };
  }

  private static Object field(Object object, String name) {
    if (Values.isNumber(object)) {
      return numberField(object, name);
    }
    if (object instanceof Tuple tuple && tuple.isGroup()) {
      return name.equals("grouper") ? tuple.items().get(0) : name.equals("list") ? tuple.items().get(1) : Args.ABSENT;
    }
    if (object instanceof Range range) {
      return rangeField(range, name);
    }
    if (object instanceof Macro macro) {
      return macroField(macro, name);
    }
    if (object instanceof Cycler cycler) {
      return cyclerField(cycler, name);
    }
    if (object instanceof Joiner joiner) {
      return name.equals("sep") ? joiner.separator : name.equals("used") ? (Object) joiner.used : Args.ABSENT;
    }
    if (object instanceof Globals.Function function && function.name().equals("dict") && name.equals("fromkeys")) {
      return new Globals.Function("dict.fromkeys");
    }
    return Args.ABSENT;
  }

  private static Object numberField(Object number, String name) {
    return switch (name) {
      case "real" -> Numbers.positive(number);
      case "imag" -> number instanceof Double ? (Object) 0.0 : (Object) 0L;
      case "numerator" -> number instanceof Double ? Args.ABSENT : Numbers.positive(number);
      case "denominator" -> number instanceof Double ? Args.ABSENT : (Object) 1L;
      default -> Args.ABSENT;
    };
  }

  private static Object rangeField(Range range, String name) {
    return switch (name) {
      case "start" -> range.start();
      case "stop" -> range.stop();
      case "step" -> range.step();
      default -> Args.ABSENT;
    };
  }

  private static Object macroField(Macro macro, String name) {
    return switch (name) {
      case "name" -> macro.name();
      case "arguments" -> new Tuple(List.copyOf(macro.signature().parameters()));
      case "catch_kwargs" -> macro.signature().frame().usesKwargs;
      case "catch_varargs" -> macro.signature().frame().usesVarargs;
      case "caller" -> macro.signature().frame().usesCaller;
      case "explicit_caller" -> macro.signature().parameters().contains("caller");
      default -> Args.ABSENT;
    };
  }

  private static Object cyclerField(Cycler cycler, String name) {
    return switch (name) {
      case "current" -> cycler.current();
      case "items" -> new Tuple(cycler.items);
      case "pos" -> (long) cycler.position;
      default -> Args.ABSENT;
    };
  }
}
