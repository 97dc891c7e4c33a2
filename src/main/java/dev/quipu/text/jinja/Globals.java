package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The functions that every template can call: Jinja2's and those that chat templates are promised. */
final class Globals {

  private Globals() {}

  /** A global function, known by its name. */
  record Function(String name) { }

  /** The function of that name, or {@link Scope#MISSING}. */
  static Object named(String name) {
    return switch (name) {
      case "range", "dict", "namespace", "cycler", "joiner", "lipsum", "raise_exception", "strftime_now" ->
          new Function(name);
      default -> Scope.MISSING;
    };
  }

  static Object call(String name, Args args, Interpreter interpreter) {
    return switch (name) {
      case "range" -> range(args);
      case "dict" -> dict(args);
      case "namespace" -> new Namespace(dict(args));
      case "cycler" -> new Cycler(args.positional());
      case "joiner" -> new Joiner(Args.or(args.bind("joiner", 0, "sep")[0], ", "));
      case "raise_exception" -> throw new PyException("TemplateError",
          PyFormat.str(args.bind("raise_exception", 1, "message")[0]));
      case "strftime_now" -> Strftime.format(interpreter.now(), text(args.bind("strftime_now", 1, "format")[0]));
      case "dict.fromkeys" -> fromKeys(args);
      default -> throw PyException.unsupported(name + "()");
    };
  }

  private static Range range(Args args) {
    Object[] bounds = args.positional("range", 1, 3);
    long first = integer(bounds[0]);
    return bounds[1] == Args.ABSENT
        ? new Range(0, first, 1)
        : new Range(first, integer(bounds[1]), bounds[2] == Args.ABSENT ? 1 : integer(bounds[2]));
  }

  private static long integer(Object value) {
    Numbers.toInt(value, "range");
    if (Numbers.normal(Numbers.big(value)) instanceof Long n) {
      return n;
    }
    throw PyException.overflow("Python int too large to convert to C ssize_t");
  }

  private static String text(Object value) {
    if (!Values.isString(value)) {
      throw PyException.type("strftime() argument 1 must be str, not " + Values.typeName(value));
    }
    return Values.text(value);
  }

  /** As {@code dict(mapping or pairs, **named)}. */
  static Map<Object, Object> dict(Args args) {
    Object first = new Args(args.positional(), Map.of()).positional("dict", 0, 1)[0];
    PyDict dict = new PyDict();
    if (first instanceof Map<?, ?> map) {
      putAll(dict, map);
    } else if (first instanceof Namespace || first == null) {
      throw PyException.type(PyFormat.repr(Values.typeName(first)) + " object is not iterable");
    } else if (first != Args.ABSENT) {
      putPairs(dict, first);
    }
    putAll(dict, args.named());
    return dict;
  }

  private static void putAll(PyDict dict, Map<?, ?> map) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      dict.put(entry.getKey(), entry.getValue());
    }
  }

  private static void putPairs(PyDict dict, Object pairs) {
    List<Object> all = Values.list(pairs);
    for (int i = 0; i < all.size(); i++) {
      if (!Values.isIterable(all.get(i))) {
        throw PyException.type("cannot convert dictionary update sequence element #" + i + " to a sequence");
      }
      List<Object> pair = Values.list(all.get(i));
      if (pair.size() != 2) {
        throw PyException.value("dictionary update sequence element #" + i + " has length " + pair.size()
            + "; 2 is required");
      }
      dict.put(pair.get(0), pair.get(1));
    }
  }

  private static Object fromKeys(Args args) {
    Object[] bound = args.positional("fromkeys", 1, 2);
    PyDict dict = new PyDict();
    for (Object key : new ArrayList<>(Values.list(bound[0]))) {
      dict.put(key, Args.or(bound[1], null));
    }
    return dict;
  }
}
