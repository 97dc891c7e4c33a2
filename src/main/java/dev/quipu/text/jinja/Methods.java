package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The methods of Python's values other than strings, as far as they change nothing. */
final class Methods {

  private Methods() {}

  /** Whether Python's type has the method, also one that is refused when called. */
  static boolean has(Object object, String name) {
    if (Values.isString(object)) {
      return StringMethods.has(name);
    }
    if (object instanceof Map) {
      return hasDict(name);
    }
    if (object instanceof List) {
      return hasList(name);
    }
    return switch (name) {
      case "count", "index" -> object instanceof Tuple || object instanceof Range;
      case "bit_length", "bit_count", "to_bytes" -> Values.isInteger(object);
      case "is_integer", "hex" -> object instanceof Double;
      case "conjugate", "as_integer_ratio" -> Values.isNumber(object);
      case "next", "reset" -> object instanceof Cycler;
      case "isdisjoint" -> object instanceof DictView view && view.kind() != DictView.Kind.VALUES;
      case "close", "send", "throw" -> object instanceof Generator generator && generator.type().equals("generator");
      default -> false;
    };
  }

  private static boolean hasDict(String name) {
    return switch (name) {
      case "items", "keys", "values", "get", "copy", "fromkeys", "pop", "popitem", "clear", "update", "setdefault" ->
          true;
      default -> false;
    };
  }

  private static boolean hasList(String name) {
    return switch (name) {
      case "count", "index", "copy", "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort" -> true;
      default -> false;
    };
  }

  static Object call(Object self, String name, Args args) {
    if (Values.isString(self)) {
      return StringMethods.call(self, name, args);
    }
    if (self instanceof Map<?, ?> map) {
      return dict(map, name, args);
    }
    if (self instanceof LoopContext loop) {
      return name.equals("cycle") ? loop.cycle(args.positional()) : (Object) loop.changed(args.positional());
    }
    if (self instanceof Cycler cycler) {
      return cycler(cycler, name);
    }
    return Values.isNumber(self) ? number(self, name) : sequence(self, name, args);
  }

  private static Object dict(Map<?, ?> map, String name, Args args) {
    switch (name) {
      case "get" -> {
        Object[] bound = args.positional("get", 1, 2);
        return PyDict.has(map, bound[0]) ? PyDict.get(map, bound[0]) : Args.or(bound[1], null);
      }
      case "fromkeys" -> {
        return Globals.call("dict.fromkeys", args, null);
      }
      default -> args.positional(name, 0, 0);
    }
    return switch (name) {
      case "items" -> new DictView(DictView.Kind.ITEMS, map);
      case "keys" -> new DictView(DictView.Kind.KEYS, map);
      case "values" -> new DictView(DictView.Kind.VALUES, map);
      case "copy" -> map instanceof PyDict ? Globals.dict(new Args(List.of(map), Map.of())) : new LinkedHashMap<>(map);
      default -> throw PyException.unsupported("the method dict." + name + "()");
    };
  }

  private static Object sequence(Object self, String name, Args args) {
    if (name.equals("copy")) {
      args.positional("copy", 0, 0);
      return new ArrayList<>((List<?>) self);
    }
    if (name.equals("count")) {
      return count(Values.list(self), args.positional("count", 1, 1)[0]);
    }
    if (name.equals("index")) {
      return index(Values.list(self), args.positional("index", 1, 3));
    }
    throw PyException.unsupported("the method " + Values.typeName(self) + "." + name + "()");
  }

  private static long count(List<Object> items, Object value) {
    long count = 0;
    for (Object item : items) {
      count += Values.equal(item, value) ? 1 : 0;
    }
    return count;
  }

  private static long index(List<Object> items, Object[] bound) {
    Slice slice = Slice.of(items.size(), Args.or(bound[1], null), Args.or(bound[2], null), null);
    for (int i = slice.start(); i < slice.stop(); i++) {
      if (Values.equal(items.get(i), bound[0])) {
        return i;
      }
    }
    throw PyException.value(PyFormat.repr(bound[0]) + " is not in list");
  }

  private static Object cycler(Cycler cycler, String name) {
    if (name.equals("next")) {
      return cycler.next();
    }
    cycler.position = 0;
    return null;
  }

  private static Object number(Object self, String name) {
    return switch (name) {
      case "bit_length" -> (long) Numbers.big(self).abs().bitLength();
      case "bit_count" -> (long) Numbers.big(self).abs().bitCount();
      case "conjugate" -> Numbers.positive(self);
      case "is_integer" -> {
        double d = (Double) self;
        yield Double.isFinite(d) && d == Math.rint(d);
      }
      default -> throw PyException.unsupported("the method " + Values.typeName(self) + "." + name + "()");
    };
  }
}
