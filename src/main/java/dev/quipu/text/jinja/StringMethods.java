package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The methods of Python's strings. Those of markup escape what they are given and return markup. */
final class StringMethods {

  private StringMethods() {}

  static boolean has(String name) {
    return switch (name) {
      case "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format",
          "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower",
          "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip",
          "maketrans", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
          "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title",
          "translate", "upper", "zfill" -> true;
      default -> false;
    };
  }

  static Object call(Object self, String name, Args args) {
    String s = Values.text(self);
    return switch (name) {
      case "split", "rsplit" -> split(self, name, args);
      case "splitlines" -> all(self, Text.lines(s,
          Numbers.toInt(Args.or(args.bind(name, 0, "keepends")[0], false), "keepends") != 0));
      case "strip", "lstrip", "rstrip" -> Text.like(self, strip(s, name, args));
      case "startswith", "endswith" -> affix(s, name, args);
      case "replace" -> replace(self, args);
      case "join" -> join(self, args);
      case "format" -> StrFormat.format(self, args);
      case "format_map" -> StrFormat.formatMap(self, args.positional(name, 1, 1)[0]);
      case "find", "rfind", "index", "rindex", "count" -> search(s, name, args);
      case "partition", "rpartition" -> partition(self, name, args);
      case "removeprefix", "removesuffix" -> Text.like(self, removed(s, name, args));
      case "center", "ljust", "rjust" -> Text.like(self, justified(self, name, args));
      case "zfill" -> Text.like(self, zeroFilled(s, Numbers.toInt(args.positional(name, 1, 1)[0], name)));
      case "expandtabs" -> Text.like(self, tabsExpanded(s, args));
      case "encode", "translate", "maketrans" -> throw PyException.unsupported("the method str." + name + "()");
      default -> plain(self, s, name, args);
    };
  }

  private static Object plain(Object self, String s, String name, Args args) {
    args.positional(name, 0, 0);
    return switch (name) {
      case "upper" -> Text.like(self, Text.upper(s));
      case "lower" -> Text.like(self, Text.lower(s));
      case "casefold" -> Text.like(self, Text.lower(Text.upper(s)));
      case "capitalize" -> Text.like(self, Text.capitalize(s));
      case "title" -> Text.like(self, Text.title(s));
      case "swapcase" -> Text.like(self, Text.swapCase(s));
      default -> CharacterTests.test(name, s);
    };
  }

  private static Object split(Object self, String name, Args args) {
    Object[] bound = args.bind(name, 0, "sep", "maxsplit");
    Object separator = Args.or(bound[0], null);
    int limit = bound[1] == Args.ABSENT ? -1 : Numbers.toInt(bound[1], "maxsplit");
    String s = Values.text(self);
    boolean right = name.equals("rsplit");
    if (separator == null) {
      return all(self, right ? Text.splitSpaceRight(s, limit) : Text.splitSpace(s, limit));
    }
    String by = string(separator, "must be str or None");
    if (by.isEmpty()) {
      throw PyException.value("empty separator");
    }
    return all(self, right ? Text.splitRight(s, by, limit) : Text.split(s, by, limit));
  }

  private static List<Object> all(Object self, List<String> parts) {
    List<Object> all = new ArrayList<>(parts.size());
    for (String part : parts) {
      all.add(Text.like(self, part));
    }
    return all;
  }

  private static String strip(String s, String name, Args args) {
    Object characters = Args.or(args.positional(name, 0, 1)[0], null);
    return strip(s, characters, !name.equals("rstrip"), !name.equals("lstrip"));
  }

  /** @param characters to strip; None means white space */
  static String strip(String s, Object characters, boolean left, boolean right) {
    if (characters == null) {
      String stripped = left ? Text.stripLeft(s) : s;
      return right ? Text.stripRight(stripped) : stripped;
    }
    String set = string(characters, "strip arg must be None or str");
    String stripped = left ? Text.stripLeft(s, set) : s;
    return right ? Text.stripRight(stripped, set) : stripped;
  }

  private static boolean affix(String s, String name, Args args) {
    Object[] bound = args.positional(name, 1, 3);
    Slice within = Slice.of(Text.length(s), Args.or(bound[1], null), Args.or(bound[2], null), null);
    if (bound[1] != Args.ABSENT && isBeyond(bound[1], s)) {
      return false;
    }
    String text = Text.slice(s, within);
    List<Object> affixes = bound[0] instanceof Tuple tuple ? tuple.items() : List.of(nonNull(bound[0], name));
    for (Object affix : affixes) {
      String a = string(affix, name + " first arg must be str or a tuple of str");
      if (name.equals("startswith") ? text.startsWith(a) : text.endsWith(a)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBeyond(Object start, String s) {
    return start != null && Numbers.toInt(start, "start") > Text.length(s);
  }

  private static Object nonNull(Object value, String name) {
    if (value == null) {
      throw PyException.type(name + " first arg must be str or a tuple of str, not NoneType");
    }
    return value;
  }

  private static Object replace(Object self, Args args) {
    Object[] bound = args.positional("replace", 2, 3);
    int limit = bound[2] == Args.ABSENT ? -1 : Numbers.toInt(bound[2], "count");
    String old = string(bound[0], "replace() argument 1 must be str");
    String by = string(bound[1], "replace() argument 2 must be str");
    return replace(self, old, self instanceof Markup ? Markup.escape(bound[1]).text() : by, limit);
  }

  static Object replace(Object self, String old, String by, int limit) {
    String s = Values.text(self);
    Operators.checkLength((long) s.length() + (long) (s.length() / Math.max(1, old.length()) + 1) * by.length());
    return Text.like(self, Text.replace(s, old, by, limit));
  }

  private static Object join(Object self, Args args) {
    Object items = args.positional("join", 1, 1)[0];
    StringBuilder out = new StringBuilder();
    int i = 0;
    for (Iterator<Object> all = iterator(items); all.hasNext(); i++) {
      Object item = all.next();
      out.append(i == 0 ? "" : Values.text(self));
      if (self instanceof Markup) {
        out.append(Markup.escape(item).text());
      } else if (Values.isString(item)) {
        out.append(Values.text(item));
      } else {
        throw PyException.type("sequence item " + i + ": expected str instance, " + Values.typeName(item) + " found");
      }
      Operators.checkLength(out.length());
    }
    return Text.like(self, out.toString());
  }

  private static Iterator<Object> iterator(Object items) {
    if (!Values.isIterable(items)) {
      throw PyException.type("can only join an iterable");
    }
    return Values.iterator(items);
  }

  private static Object search(String s, String name, Args args) {
    Object[] bound = args.positional(name, 1, 3);
    String what = string(bound[0], "must be str");
    Slice within = Slice.of(Text.length(s), Args.or(bound[1], null), Args.or(bound[2], null), null);
    boolean beyond = bound[1] != Args.ABSENT && isBeyond(bound[1], s) || within.stop() < within.start();
    String text = Text.slice(s, within);
    if (name.equals("count")) {
      return beyond ? 0L : count(text, what);
    }
    int at = beyond ? -1 : name.startsWith("r") ? text.lastIndexOf(what) : text.indexOf(what);
    if (at < 0 && name.endsWith("index")) {
      throw PyException.value("substring not found");
    }
    return at < 0 ? -1L : (long) within.start() + text.codePointCount(0, at);
  }

  private static long count(String text, String what) {
    return what.isEmpty() ? Text.length(text) + 1L : Text.split(text, what, -1).size() - 1L;
  }

  private static Object partition(Object self, String name, Args args) {
    String s = Values.text(self);
    String separator = string(args.positional(name, 1, 1)[0], "must be str");
    if (separator.isEmpty()) {
      throw PyException.value("empty separator");
    }
    boolean right = name.equals("rpartition");
    int at = right ? s.lastIndexOf(separator) : s.indexOf(separator);
    if (at < 0) {
      return new Tuple(all(self, right ? List.of("", "", s) : List.of(s, "", "")));
    }
    return new Tuple(all(self, List.of(s.substring(0, at), separator, s.substring(at + separator.length()))));
  }

  private static String removed(String s, String name, Args args) {
    String affix = string(args.positional(name, 1, 1)[0], name + "() argument must be str");
    if (name.equals("removeprefix")) {
      return s.startsWith(affix) ? s.substring(affix.length()) : s;
    }
    return s.endsWith(affix) ? s.substring(0, s.length() - affix.length()) : s;
  }

  private static String justified(Object self, String name, Args args) {
    Object[] bound = args.positional(name, 1, 2);
    int width = Numbers.toInt(bound[0], "width");
    String fill = bound[1] == Args.ABSENT ? " " : string(bound[1], "the fill character must be str");
    if (Text.length(fill) != 1) {
      throw PyException.type("The fill character must be exactly one character long");
    }
    String s = Values.text(self);
    if (name.equals("center")) {
      return Text.center(s, width, fill);
    }
    Operators.checkLength(width);
    String padding = fill.repeat(Math.max(0, width - Text.length(s)));
    return name.equals("ljust") ? s.concat(padding) : padding.concat(s);
  }

  private static String zeroFilled(String s, int width) {
    Operators.checkLength(width);
    String zeros = "0".repeat(Math.max(0, width - Text.length(s)));
    boolean signed = s.startsWith("+") || s.startsWith("-");
    return signed ? s.charAt(0) + zeros + s.substring(1) : zeros.concat(s);
  }

  private static String tabsExpanded(String s, Args args) {
    Object size = args.bind("expandtabs", 0, "tabsize")[0];
    int width = size == Args.ABSENT ? 8 : Numbers.toInt(size, "tabsize");
    StringBuilder out = new StringBuilder();
    int column = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      int step = c != '\t' ? 1 : width > 0 ? width - column % width : 0;
      Operators.checkLength((long) out.length() + step);
      out.append(c == '\t' ? " ".repeat(step) : String.valueOf(c));
      column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : step);
    }
    return out.toString();
  }

  private static String string(Object value, String expected) {
    if (!Values.isString(value)) {
      throw PyException.type(expected + ", not " + Values.typeName(value));
    }
    return Values.text(value);
  }
}
