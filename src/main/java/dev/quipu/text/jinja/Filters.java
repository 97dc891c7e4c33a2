package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The filters: which there are, and those that work on any value or on sequences. Those on text stand in
 * {@link TextFilters}. Follows jinja2/filters.py.
 */
final class Filters {

  private Filters() {}

  static boolean isKnown(String name) {
    return switch (name) {
      case "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape",
          "filesizeformat", "first", "float", "forceescape", "format", "groupby", "indent", "int", "join", "last",
          "length", "list", "lower", "items", "map", "min", "max", "pprint", "random", "reject", "rejectattr",
          "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string", "striptags",
          "sum", "title", "trim", "truncate", "unique", "upper", "urlencode", "urlize", "wordcount", "wordwrap",
          "xmlattr", "tojson" -> true;
      default -> false;
    };
  }

  static Object apply(String name, Object value, Args args, Interpreter interpreter) {
    if (!isKnown(name)) {
      throw PyException.runtime("No filter named " + PyFormat.repr(name) + " found.");
    }
    return switch (name) {
      case "tojson" -> JsonDump.tojson(value, args);
      case "default", "d" -> byDefault(value, args.bind(name, 0, "default_value", "boolean"));
      case "length", "count" -> (long) Values.length(only(value, name, args));
      case "list" -> Values.list(only(value, name, args));
      case "items" -> items(only(value, name, args));
      case "first" -> first(only(value, name, args));
      case "last" -> last(only(value, name, args));
      case "reverse" -> reverse(only(value, name, args));
      case "abs" -> absolute(only(value, name, args));
      case "int" -> Conversions.toInt(value, args);
      case "float" -> Conversions.toFloat(value, args);
      case "round" -> Conversions.round(value, args);
      case "attr" -> Attributes.attributeOnly(value, Values.text(name(args)));
      case "map" -> map(value, args, interpreter);
      case "select", "reject", "selectattr", "rejectattr" -> select(name, value, args);
      case "sort" -> sort(value, args);
      case "dictsort" -> dictsort(value, args);
      case "groupby" -> groupby(value, args);
      case "unique" -> unique(value, args);
      case "min", "max" -> extreme(name, value, args);
      case "sum" -> sum(value, args, interpreter.work());
      case "batch" -> batch(value, args.bind(name, 1, "linecount", "fill_with"));
      case "slice" -> slices(value, args.bind(name, 1, "slices", "fill_with"));
      case "random", "urlize" -> throw PyException.unsupported("the filter " + name);
      default -> TextFilters.apply(name, value, args, interpreter);
    };
  }

  private static Object only(Object value, String name, Args args) {
    args.positional(name, 0, 0);
    return value;
  }

  private static Object name(Args args) {
    Object name = args.bind("attr", 1, "name")[0];
    if (!Values.isString(name)) {
      throw PyException.type("attribute name must be string, not " + PyFormat.repr(Values.typeName(name)));
    }
    return name;
  }

  private static Object byDefault(Object value, Object[] bound) {
    boolean absent = value instanceof Undefined || Values.isTrue(Args.or(bound[1], false)) && !Values.isTrue(value);
    return absent ? Args.or(bound[0], "") : value;
  }

  // a generator: what is no mapping is found out only when it is asked for items
  private static Object items(Object value) {
    return Generator.of(new Lazy() {
      private Iterator<Object> all;

      @Override
      Object compute() {
        if (all == null) {
          if (!(value instanceof Map) && !(value instanceof Undefined)) {
            throw PyException.type("Can only get item pairs from a mapping.");
          }
          all = value instanceof Map<?, ?> map
              ? new DictView(DictView.Kind.ITEMS, map).iterator() : Values.iterator(value);
        }
        return all.hasNext() ? all.next() : END;
      }
    });
  }

  private static Object first(Object value) {
    Iterator<Object> all = Values.iterator(value);
    return all.hasNext() ? all.next() : Undefined.because("No first item, sequence was empty.");
  }

  private static Object last(Object value) {
    if (!isReversible(value)) {
      throw PyException.type(PyFormat.repr(Values.typeName(value)) + " object is not reversible");
    }
    List<Object> all = Values.list(value);
    return all.isEmpty() ? Undefined.because("No last item, sequence was empty.") : all.getLast();
  }

  private static boolean isReversible(Object value) {
    return Values.isSized(value) && !(value instanceof LoopContext);
  }

  private static Object reverse(Object value) {
    if (Values.isString(value)) {
      return Text.like(value, Text.reversed(Values.text(value)));
    }
    if (!Values.isIterable(value)) {
      throw PyException.argument("argument must be iterable");
    }
    List<Object> reversed = Values.list(value).reversed();
    return isReversible(value)
        ? new Generator(Values.typeName(value) + "_reverseiterator", reversed.iterator()) : reversed;
  }

  private static Object absolute(Object value) {
    if (value instanceof Undefined undefined) {
      throw PyException.type("bad operand type for abs(): 'Undefined' (" + undefined.reason() + ")");
    }
    if (!Values.isNumber(value)) {
      throw PyException.type("bad operand type for abs(): " + PyFormat.repr(Values.typeName(value)));
    }
    return Numbers.absolute(value);
  }

  private static Object map(Object value, Args args, Interpreter interpreter) {
    return Generator.of(new Each(value) {
      private AttributePath path;
      private Args rest;

      @Override
      void begin() {
        if (args.size() == 0 && args.named().containsKey("attribute")) {
          path = AttributePath.ofMap(args.named());
        } else if (args.size() == 0) {
          throw PyException.argument("map requires a filter argument");
        } else {
          rest = new Args(args.positional().subList(1, args.size()), args.named());
        }
      }

      @Override
      Object each(Object item) {
        if (path != null) {
          return path.of(item);
        }
        Object made = apply(callee("filter", args.positional().get(0)), item, rest, interpreter);
        interpreter.work().make(made);
        return made;
      }
    });
  }

  private static Object select(String name, Object value, Args args) {
    boolean byAttribute = name.endsWith("attr");
    boolean wanted = name.startsWith("select");
    int off = byAttribute ? 1 : 0;
    return Generator.of(new Each(value) {
      private AttributePath path;
      private Args rest;

      @Override
      void begin() {
        if (byAttribute && args.size() == 0) {
          throw PyException.argument("Missing parameter for attribute name");
        }
        path = AttributePath.of(byAttribute ? args.positional().get(0) : null, null);
        rest = args.size() <= off ? null : new Args(args.positional().subList(off + 1, args.size()), args.named());
      }

      @Override
      Object each(Object item) {
        Object tested = path.of(item);
        boolean passes = rest == null
            ? Values.isTrue(tested) : Tests.apply(callee("test", args.positional().get(off)), tested, rest);
        return passes == wanted ? item : SKIP;
      }
    });
  }

  private static String callee(String kind, Object name) {
    boolean known = Values.isString(name)
        && (kind.equals("filter") ? isKnown(Values.text(name)) : Tests.isKnown(Values.text(name)));
    if (!known) {
      throw PyException.runtime("No " + kind + " named " + PyFormat.repr(name) + ".");
    }
    return Values.text(name);
  }

  private static Object sort(Object value, Args args) {
    Object[] bound = args.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    List<AttributePath> paths = AttributePath.several(Args.or(bound[2], null));
    boolean foldCase = !Values.isTrue(Args.or(bound[1], false));
    return Sorting.sorted(Values.list(value), item -> {
      List<Object> keys = new ArrayList<>(paths.size());
      for (AttributePath path : paths) {
        keys.add(folded(path.of(item), foldCase));
      }
      return keys;
    }, isReverse(bound[0]));
  }

  // sorted() wants an integer
  private static boolean isReverse(Object reverse) {
    return Numbers.toInt(Args.or(reverse, false), "reverse") != 0;
  }

  private static Object folded(Object value, boolean foldCase) {
    return foldCase && Values.isString(value) ? Text.like(value, Text.lower(Values.text(value))) : value;
  }

  private static Object dictsort(Object value, Args args) {
    Object[] bound = args.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    boolean foldCase = !Values.isTrue(Args.or(bound[0], false));
    Object by = Args.or(bound[1], "key");
    if (!Values.equal(by, "key") && !Values.equal(by, "value")) {
      throw PyException.argument("You can only sort by either \"key\" or \"value\"");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new PyException("AttributeError",
          PyFormat.repr(Values.typeName(value)) + " object has no attribute 'items'");
    }
    int part = Values.equal(by, "key") ? 0 : 1;
    return Sorting.sorted(Values.list(new DictView(DictView.Kind.ITEMS, map)),
        item -> folded(((Tuple) item).items().get(part), foldCase), isReverse(bound[2]));
  }

  private static Object groupby(Object value, Args args) {
    Object[] bound = args.bind("groupby", 1, "attribute", "default", "case_sensitive");
    AttributePath path = AttributePath.of(bound[0], Args.or(bound[1], null));
    boolean foldCase = !Values.isTrue(Args.or(bound[2], false));
    List<Object> groups = new ArrayList<>();
    List<Object> group = null;
    Object groupKey = null;
    for (Object item : Sorting.sorted(Values.list(value), item -> folded(path.of(item), foldCase), false)) {
      Object key = folded(path.of(item), foldCase);
      if (group == null || !Values.equal(groupKey, key)) {
        group = new ArrayList<>();
        groupKey = key;
        groups.add(new Tuple(Arrays.asList(foldCase ? path.of(item) : key, group), true));
      }
      group.add(item);
    }
    return groups;
  }

  private static Object unique(Object value, Args args) {
    Object[] bound = args.bind("unique", 0, "case_sensitive", "attribute");
    AttributePath path = AttributePath.of(Args.or(bound[1], null), null);
    boolean foldCase = !Values.isTrue(Args.or(bound[0], false));
    return Generator.of(new Lazy() {
      private final Set<Object> seen = new HashSet<>();
      private Iterator<Object> all;

      @Override
      Object compute() {
        all = all == null ? Values.iterator(value) : all;
        while (all.hasNext()) {
          Object item = all.next();
          if (seen.add(Values.hashKey(folded(path.of(item), foldCase)))) {
            return item;
          }
        }
        return END;
      }
    });
  }

  private static Object extreme(String name, Object value, Args args) {
    Object[] bound = args.bind(name, 0, "case_sensitive", "attribute");
    AttributePath path = AttributePath.of(Args.or(bound[1], null), null);
    boolean foldCase = !Values.isTrue(Args.or(bound[0], false));
    Iterator<Object> all = Values.iterator(value);
    if (!all.hasNext()) {
      return Undefined.because("No aggregated item, sequence was empty.");
    }
    String operator = name.equals("min") ? "<" : ">";
    Object best = all.next();
    Object bestKey = folded(path.of(best), foldCase);
    while (all.hasNext()) {
      Object item = all.next();
      Object key = folded(path.of(item), foldCase);
      if (Values.compare(operator, key, bestKey)) {
        best = item;
        bestKey = key;
      }
    }
    return best;
  }

  private static Object sum(Object value, Args args, Work work) {
    Object[] bound = args.bind("sum", 0, "attribute", "start");
    AttributePath path = AttributePath.of(Args.or(bound[0], null), null);
    Object sum = Args.or(bound[1], 0L);
    if (Values.isString(sum)) {
      throw PyException.type("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for (Iterator<Object> all = Values.iterator(value); all.hasNext(); ) {
      sum = Operators.binary("+", sum, path.of(all.next()));
      work.make(sum);
    }
    return sum;
  }

  private static Object batch(Object value, Object[] bound) {
    return Generator.of(new Lazy() {
      private Iterator<Object> all;

      @Override
      Object compute() {
        all = all == null ? Values.iterator(value) : all;
        List<Object> line = new ArrayList<>();
        while (all.hasNext() && !(Values.equal((long) line.size(), bound[0]) && !line.isEmpty())) {
          line.add(all.next());
        }
        if (line.isEmpty()) {
          return END;
        }
        fill(line);
        return line;
      }

      private void fill(List<Object> line) {
        Object filler = Args.or(bound[1], null);
        if (filler != null && Values.less((long) line.size(), bound[0])) {
          int count = Numbers.toInt(bound[0], "linecount");
          Operators.checkLength(count);
          while (line.size() < count) {
            line.add(filler);
          }
        }
      }
    });
  }

  private static Object slices(Object value, Object[] bound) {
    return Generator.of(new Lazy() {
      private List<Object> all;
      private int count;
      private int slice;
      private int offset;

      @Override
      Object compute() {
        if (all == null) {
          all = Values.list(value);
          count = Numbers.toInt(bound[0], "slices");
          if (count == 0) {
            throw PyException.zeroDivision("integer division or modulo by zero");
          }
        }
        return slice < count ? part() : END;
      }

      private Object part() {
        int size = all.size() / count;
        int extra = all.size() % count;
        int start = offset + slice * size;
        offset += slice < extra ? 1 : 0;
        List<Object> part = new ArrayList<>(all.subList(start, offset + (slice + 1) * size));
        Object filler = Args.or(bound[1], null);
        if (filler != null && slice >= extra) {
          part.add(filler);
        }
        slice++;
        return part;
      }
    });
  }
}
