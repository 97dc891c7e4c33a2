package dev.quipu.text.jinja;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The filters that make text. Follows jinja2/filters.py and markupsafe. */
final class TextFilters {

  private TextFilters() {}

  static Object apply(String name, Object value, Args args, Interpreter interpreter) {
    return switch (name) {
      case "trim" -> trim(soft(value), Args.or(args.bind(name, 0, "chars")[0], null));
      case "string" -> soft(only(value, name, args));
      case "join" -> join(value, args, interpreter);
      case "replace" -> replace(value, args, interpreter);
      case "indent" -> indent(value, args);
      case "safe" -> only(value, name, args) instanceof Markup markup ? markup : new Markup(PyFormat.str(value));
      case "escape", "e" -> Markup.escape(only(value, name, args));
      case "forceescape" -> Markup.escape(PyFormat.str(only(value, name, args)));
      case "upper" -> cased(only(value, name, args), name);
      case "lower" -> cased(only(value, name, args), name);
      case "capitalize" -> cased(only(value, name, args), name);
      case "title" -> title(soft(only(value, name, args)));
      case "center" -> center(value, args);
      case "truncate" -> truncate(value, args);
      case "wordcount" -> wordCount(PyFormat.str(only(value, name, args)));
      case "wordwrap" -> WordWrap.wrap(value, args);
      case "format" -> format(value, args);
      case "striptags" -> StripTags.of(PyFormat.str(only(value, name, args)));
      case "urlencode" -> urlencode(only(value, name, args));
      case "xmlattr" -> xmlattr(value, args, interpreter);
      case "filesizeformat" -> fileSize(value, args);
      default -> PrettyPrint.format(only(value, name, args));
    };
  }

  private static Object only(Object value, String name, Args args) {
    args.positional(name, 0, 0);
    return value;
  }

  /** As markupsafe's {@code soft_str}: strings and markup as they are, anything else printed. */
  private static Object soft(Object value) {
    return Values.isString(value) ? value : PyFormat.str(value);
  }

  private static Object trim(Object value, Object characters) {
    return Text.like(value, StringMethods.strip(Values.text(value), characters, true, true));
  }

  private static Object cased(Object value, String method) {
    return StringMethods.call(soft(value), method, Args.NONE);
  }

  private static Object join(Object value, Args args, Interpreter interpreter) {
    Object[] bound = args.bind("join", 0, "d", "attribute");
    Object separator = Args.or(bound[0], "");
    AttributePath path = AttributePath.of(Args.or(bound[1], null), null);
    List<Object> items = new ArrayList<>();
    boolean markup = interpreter.autoescape() && separator instanceof Markup;
    for (Iterator<Object> all = Values.iterator(value); all.hasNext(); ) {
      Object item = path.of(all.next());
      items.add(item);
      markup |= interpreter.autoescape() && item instanceof Markup;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : markup ? Markup.escape(separator).text() : PyFormat.str(separator));
      out.append(markup ? Markup.escape(items.get(i)).text() : PyFormat.str(items.get(i)));
      Operators.checkLength(out.length());
    }
    return markup ? new Markup(out.toString()) : out.toString();
  }

  private static Object replace(Object value, Args args, Interpreter interpreter) {
    Object[] bound = args.bind("replace", 2, "old", "new", "count");
    Object count = Args.or(bound[2], null);
    int limit = count == null ? -1 : Numbers.toInt(count, "count");
    if (!interpreter.autoescape()) {
      return StringMethods.replace(PyFormat.str(value), PyFormat.str(bound[0]), PyFormat.str(bound[1]), limit);
    }
    boolean escapes = bound[0] instanceof Markup || bound[1] instanceof Markup && !(value instanceof Markup);
    Object text = escapes ? Markup.escape(value) : soft(value);
    String by = text instanceof Markup ? Markup.escape(bound[1]).text() : PyFormat.str(bound[1]);
    return StringMethods.replace(text, PyFormat.str(bound[0]), by, limit);
  }

  private static Object indent(Object value, Args args) {
    Object[] bound = args.bind("indent", 0, "width", "first", "blank");
    Object width = Args.or(bound[0], 4L);
    Object text = Operators.binary("+", value, "\n");
    if (!Values.isString(text)) {
      throw PyException.type("the filter indent wants a string, not " + Values.typeName(value));
    }
    String by = Values.isString(width) ? Values.text(width) : spaces(Numbers.toInt(width, "width"));
    List<String> lines = Text.lines(Values.text(text), false);
    boolean blank = Values.isTrue(Args.or(bound[2], false));
    StringBuilder out = new StringBuilder(Values.isTrue(Args.or(bound[1], false)) ? by : "");
    for (int i = 0; i < lines.size(); i++) {
      out.append(i == 0 ? "" : "\n");
      out.append(i > 0 && (blank || !lines.get(i).isEmpty()) ? by : "").append(lines.get(i));
      Operators.checkLength(out.length());
    }
    return Text.like(value, out.toString());
  }

  private static String spaces(int width) {
    Operators.checkLength(width);
    return " ".repeat(Math.max(0, width));
  }

  /** Words start after white space, hyphens and opening brackets. */
  private static Object title(Object value) {
    String s = Values.text(value);
    StringBuilder out = new StringBuilder(s.length());
    for (int i = 0; i < s.length(); ) {
      int start = i;
      boolean separator = isTitleSeparator(s.charAt(i));
      while (i < s.length() && isTitleSeparator(s.charAt(i)) == separator) {
        i++;
      }
      int first = s.offsetByCodePoints(start, 1);
      out.append(Text.upper(s.substring(start, first))).append(Text.lower(s.substring(first, i)));
    }
    return out.toString();
  }

  private static boolean isTitleSeparator(char c) {
    return Text.isSpace(c) || "-({[<".indexOf(c) >= 0;
  }

  private static Object center(Object value, Args args) {
    Object width = Args.or(args.bind("center", 0, "width")[0], 80L);
    Object text = soft(value);
    return Text.like(text, Text.center(Values.text(text), Numbers.toInt(width, "width"), " "));
  }

  private static Object truncate(Object value, Args args) {
    Object[] bound = args.bind("truncate", 0, "length", "killwords", "end", "leeway");
    int length = Numbers.toInt(Args.or(bound[0], 255L), "length");
    Object end = Args.or(bound[2], "...");
    Object slack = Args.or(bound[3], null);
    int leeway = slack == null ? 5 : Numbers.toInt(slack, "leeway");
    if (length < Values.length(end) || leeway < 0) {
      throw new PyException("AssertionError", "expected length >= " + Values.length(end) + ", got " + length);
    }
    if (Values.length(value) <= (long) length + leeway) {
      return value;
    }
    Object cut = Operators.slice(value, null, (long) length - Values.length(end), null);
    if (!Values.isString(cut)) {
      throw PyException.type("the filter truncate wants a string, not " + Values.typeName(value));
    }
    String text = Values.text(cut);
    int space = Values.isTrue(Args.or(bound[1], false)) ? -1 : text.lastIndexOf(' ');
    return Operators.binary("+", Text.like(cut, space < 0 ? text : text.substring(0, space)), end);
  }

  private static long wordCount(String s) {
    long words = 0;
    boolean inWord = false;
    for (int i = 0; i < s.length(); i += Character.charCount(s.codePointAt(i))) {
      int c = s.codePointAt(i);
      boolean word = c == '_' || CharacterTests.test("isalnum", Character.toString(c));
      words += word && !inWord ? 1 : 0;
      inWord = word;
    }
    return words;
  }

  private static Object format(Object value, Args args) {
    if (args.size() > 0 && !args.named().isEmpty()) {
      throw PyException.argument("can't handle positional and keyword arguments at the same time");
    }
    return PercentFormat.format(soft(value), args.named().isEmpty()
        ? new Tuple(args.positional()) : Globals.dict(args));
  }

  private static Object urlencode(Object value) {
    if (Values.isString(value) || !Values.isIterable(value)) {
      return quoted(PyFormat.str(value), false);
    }
    Object pairs = value instanceof Map<?, ?> map ? new DictView(DictView.Kind.ITEMS, map) : value;
    StringBuilder out = new StringBuilder();
    for (Iterator<Object> all = Values.iterator(pairs); all.hasNext(); ) {
      List<Object> pair = Values.list(all.next());
      if (pair.size() != 2) {
        throw PyException.value("expected pairs to encode, found " + pair.size() + " values");
      }
      out.append(out.isEmpty() ? "" : "&").append(quoted(PyFormat.str(pair.get(0)), true)).append('=')
          .append(quoted(PyFormat.str(pair.get(1)), true));
    }
    return out.toString();
  }

  private static String quoted(String s, boolean query) {
    StringBuilder out = new StringBuilder();
    for (byte b : s.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "_.-~".indexOf(c) >= 0
          || c == '/' && !query) {
        out.append(c);
      } else if (c == ' ' && query) {
        out.append('+');
      } else {
        out.append('%').append("0123456789ABCDEF".charAt(c >> 4)).append("0123456789ABCDEF".charAt(c & 15));
      }
    }
    return out.toString();
  }

  private static Object xmlattr(Object value, Args args, Interpreter interpreter) {
    Object space = Args.or(args.bind("xmlattr", 0, "autospace")[0], true);
    if (!(value instanceof Map<?, ?> map)) {
      throw new PyException("AttributeError",
          PyFormat.repr(Values.typeName(value)) + " object has no attribute 'items'");
    }
    StringBuilder out = new StringBuilder();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getValue() == null || entry.getValue() instanceof Undefined) {
        continue;
      }
      out.append(out.isEmpty() ? "" : " ").append(attributeName(entry.getKey())).append("=\"")
          .append(Markup.escape(entry.getValue()).text()).append('"');
    }
    String attributes = Values.isTrue(space) && !out.isEmpty() ? " " + out : out.toString();
    return interpreter.autoescape() ? new Markup(attributes) : attributes;
  }

  private static String attributeName(Object key) {
    if (!Values.isString(key)) {
      throw PyException.type("expected string or bytes-like object, got " + PyFormat.repr(Values.typeName(key)));
    }
    String name = Values.text(key);
    for (int i = 0; i < name.length(); i++) {
      if (" \t\n\r\f\u000b/>=".indexOf(name.charAt(i)) >= 0) {
        throw PyException.value("Invalid character in attribute name: " + PyFormat.repr(name));
      }
    }
    return Markup.escape(key).text();
  }

  private static String fileSize(Object value, Args args) {
    boolean binary = Values.isTrue(Args.or(args.bind("filesizeformat", 0, "binary")[0], false));
    Object number = Conversions.toFloat(value, new Args(List.of(Double.NaN), Map.of()));
    double bytes = (Double) number;
    if (Double.isNaN(bytes)) {
      throw PyException.value("could not convert to float: " + PyFormat.repr(value));
    }
    int base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return "1 Byte";
    }
    if (bytes < base) {
      return PyFormat.str(Numbers.truncate(bytes)) + " Bytes";
    }
    String[] units = binary
        ? new String[] {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
        : new String[] {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    int i = 0;
    while (i < units.length - 1 && bytes >= Math.pow(base, i + 2)) {
      i++;
    }
    double inUnits = base * bytes / Math.pow(base, i + 2);
    return (Double.isInfinite(inUnits) ? "inf" : Decimal.fixed(inUnits, 1)) + " " + units[i];
  }
}
