package dev.quipu.text.jinja;

import java.util.List;
import java.util.Map;

/** {@code "{0.name[key]!r:>10}".format(…)}; attributes and items go through the sandbox. */
final class StrFormat {

  private final Object format;
  private final List<Object> positional;
  private final Map<?, ?> named;
  private int automatic;
  private boolean numbered;

  private StrFormat(Object format, List<Object> positional, Map<?, ?> named) {
    this.format = format;
    this.positional = positional;
    this.named = named;
  }

  static Object format(Object format, Args args) {
    return Text.like(format, new StrFormat(format, args.positional(), args.named()).run(Values.text(format), 2));
  }

  static Object formatMap(Object format, Object mapping) {
    if (!(mapping instanceof Map<?, ?> map)) {
      throw PyException.type("format_map() argument must be a mapping, not " + Values.typeName(mapping));
    }
    return Text.like(format, new StrFormat(format, List.of(), map).run(Values.text(format), 2));
  }

  private String run(String text, int depth) {
    if (depth < 0) {
      throw PyException.value("Max string recursion exceeded");
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean doubled = i + 1 < text.length() && text.charAt(i + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(c);
        i++;
      } else if (c == '{') {
        int end = fieldEnd(text, i + 1);
        out.append(field(text.substring(i + 1, end), depth));
        i = end;
      } else if (c == '}') {
        throw PyException.value("Single '}' encountered in format string");
      } else {
        out.append(c);
      }
      Operators.checkLength(out.length());
    }
    return out.toString();
  }

  private static int fieldEnd(String text, int from) {
    int open = 1;
    for (int i = from; i < text.length(); i++) {
      open += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw PyException.value(from >= text.length()
        ? "Single '{' encountered in format string" : "expected '}' before end of string");
  }

  private String field(String field, int depth) {
    int nameEnd = nameEnd(field);
    char conversion = 0;
    int specStart = nameEnd;
    if (nameEnd < field.length() && field.charAt(nameEnd) == '!') {
      if (nameEnd + 1 >= field.length()) {
        throw PyException.value("end of string while looking for conversion specifier");
      }
      conversion = field.charAt(nameEnd + 1);
      specStart = nameEnd + 2;
      if (specStart < field.length() && field.charAt(specStart) != ':') {
        throw PyException.value("expected ':' after conversion specifier");
      }
    }
    Object value = converted(lookup(field.substring(0, nameEnd)), conversion);
    String spec = specStart < field.length() ? run(field.substring(specStart + 1), depth - 1) : "";
    return laidOut(value, spec);
  }

  private static int nameEnd(String field) {
    boolean bracket = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      bracket = c == '[' || bracket && c != ']';
      if (!bracket && (c == '!' || c == ':')) {
        return i;
      }
    }
    return field.length();
  }

  private Object lookup(String name) {
    int end = 0;
    while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
      end++;
    }
    Object value = first(name.substring(0, end));
    while (end < name.length()) {
      boolean attribute = name.charAt(end) == '.';
      int start = end + 1;
      end = start;
      while (end < name.length() && !isPartEnd(name.charAt(end), attribute)) {
        end++;
      }
      String part = name.substring(start, end);
      if (part.isEmpty() || !attribute && end >= name.length()) {
        throw PyException.value(part.isEmpty() ? "Empty attribute in format string" : "Missing ']' in format string");
      }
      value = attribute ? Attributes.attribute(value, part) : Attributes.item(value, index(part));
      end += attribute ? 0 : 1;
    }
    return value;
  }

  private static boolean isPartEnd(char c, boolean attribute) {
    return attribute ? c == '.' || c == '[' : c == ']';
  }

  private static Object index(String part) {
    return isNumber(part) ? (Object) Long.valueOf(part) : part;
  }

  private static boolean isNumber(String part) {
    return !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Object first(String name) {
    if (name.isEmpty()) {
      if (numbered) {
        throw PyException.value("cannot switch from manual field specification to automatic field numbering");
      }
      return positional(automatic++);
    }
    if (isNumber(name)) {
      if (automatic > 0) {
        throw PyException.value("cannot switch from automatic field numbering to manual field specification");
      }
      numbered = true;
      return positional(Integer.parseInt(name));
    }
    if (!PyDict.has(named, name)) {
      throw new PyException("KeyError", PyFormat.repr(name));
    }
    return PyDict.get(named, name);
  }

  private Object positional(int i) {
    if (i >= positional.size()) {
      throw new PyException("IndexError", "Replacement index " + i + " out of range for positional args tuple");
    }
    return positional.get(i);
  }

  private static Object converted(Object value, char conversion) {
    return switch (conversion) {
      case 0 -> value;
      case 's' -> PyFormat.str(value);
      case 'r', 'a' -> PyFormat.repr(value);
      default -> throw PyException.value("Unknown conversion specifier " + conversion);
    };
  }

  private String laidOut(Object value, String spec) {
    if (format instanceof Markup && value instanceof Markup markup) {
      if (!spec.isEmpty()) {
        throw PyException.value("Unsupported format specification for Markup.");
      }
      return markup.text();
    }
    String text = spec.isEmpty() ? PyFormat.str(value) : FormatSpec.parse(spec).apply(value);
    return format instanceof Markup ? Markup.escape(text).text() : text;
  }
}
