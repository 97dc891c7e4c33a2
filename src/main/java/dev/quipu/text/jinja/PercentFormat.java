package dev.quipu.text.jinja;

import java.util.List;
import java.util.Map;

/** {@code text % values}: printf-style formatting. Markup escapes what is put into it. */
final class PercentFormat {

  private final Object format;
  private final String text;
  private final Object argument;
  private final List<Object> arguments;
  private final StringBuilder out = new StringBuilder();
  private int pos;
  private int next;

  private PercentFormat(Object format, Object argument) {
    this.format = format;
    this.text = Values.text(format);
    this.argument = argument;
    this.arguments = argument instanceof Tuple tuple ? tuple.items() : null;
  }

  static Object format(Object format, Object argument) {
    return Text.like(format, new PercentFormat(format, argument).run());
  }

  private String run() {
    while (pos < text.length()) {
      char c = text.charAt(pos++);
      if (c == '%') {
        field();
      } else {
        out.append(c);
      }
    }
    boolean unused = arguments != null ? next < arguments.size() : next == 0 && !isMapping();
    if (unused) {
      throw PyException.type("not all arguments converted during string formatting");
    }
    return out.toString();
  }

  // CPython lets anything with keys or indices go unused, but tuples and strings
  private boolean isMapping() {
    return argument instanceof Map || argument instanceof List || argument instanceof Range;
  }

  private void field() {
    String key = key();
    String flags = flags();
    int width = number();
    int precision = -1;
    if (charAt(pos) == '.') {
      pos++;
      precision = Math.max(0, number());
    }
    while (charAt(pos) == 'l' || charAt(pos) == 'h' || charAt(pos) == 'L') {
      pos++;
    }
    char type = charAt(pos++);
    if (type == 0) {
      throw PyException.value("incomplete format");
    }
    if (type == '%') {
      out.append('%');
      return;
    }
    boolean left = flags.indexOf('-') >= 0 || width < 0;
    convert(key == null ? argument() : keyed(key), type, flags, left, Math.abs(width), precision);
  }

  private String key() {
    if (charAt(pos) != '(') {
      return null;
    }
    int depth = 1;
    int start = ++pos;
    while (depth > 0 && pos < text.length()) {
      char c = text.charAt(pos++);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    if (depth > 0) {
      throw PyException.value("incomplete format key");
    }
    return text.substring(start, pos - 1);
  }

  private String flags() {
    int start = pos;
    while (pos < text.length() && "-+ #0".indexOf(text.charAt(pos)) >= 0) {
      pos++;
    }
    return text.substring(start, pos);
  }

  private int number() {
    if (charAt(pos) == '*') {
      pos++;
      return Numbers.toInt(argument(), "* wants int");
    }
    int start = pos;
    while (charAt(pos) >= '0' && charAt(pos) <= '9') {
      pos++;
    }
    if (pos - start > 9) {
      throw PyException.value("width too big");
    }
    return pos == start ? 0 : Integer.parseInt(text, start, pos, 10);
  }

  private Object argument() {
    if (arguments == null ? next > 0 : next >= arguments.size()) {
      throw PyException.type("not enough arguments for format string");
    }
    next++;
    return arguments == null ? argument : arguments.get(next - 1);
  }

  private Object keyed(String key) {
    if (!(argument instanceof Map<?, ?> map)) {
      throw PyException.type("format requires a mapping");
    }
    if (!PyDict.has(map, key)) {
      throw new PyException("KeyError", PyFormat.repr(key));
    }
    next = 1;
    return PyDict.get(map, key);
  }

  private void convert(Object value, char type, String flags, boolean left, int width, int precision) {
    char sign = flags.indexOf('+') >= 0 ? '+' : flags.indexOf(' ') >= 0 ? ' ' : '-';
    boolean alternate = flags.indexOf('#') >= 0;
    boolean zero = flags.indexOf('0') >= 0 && !left;
    char align = left ? '<' : zero ? '=' : '>';
    int fill = zero ? '0' : ' ';
    out.append(switch (type) {
      case 's', 'r', 'a' -> new FormatSpec(' ', left ? '<' : '>', '-', false, width, (char) 0, precision, 's')
          .apply(string(value, type));
      case 'c' -> new FormatSpec(' ', left ? '<' : '>', '-', false, width, (char) 0, -1, 's').apply(character(value));
      case 'd', 'i', 'u' -> new FormatSpec(fill, align, sign, false, width, (char) 0, -1, 'd')
          .integer(integer(value, type));
      case 'o', 'x', 'X' -> new FormatSpec(fill, align, sign, alternate, width, (char) 0, -1, type)
          .integer(radixInteger(value, type));
      case 'e', 'E', 'f', 'F', 'g', 'G' ->
          new FormatSpec(fill, align, sign, alternate, width, (char) 0, precision, type).real(real(value));
      default -> throw PyException.value("unsupported format character '" + type + "'");
    });
    Operators.checkLength(out.length());
  }

  private String string(Object value, char type) {
    String shown = type == 's' ? PyFormat.str(value) : PyFormat.repr(value);
    boolean escapes = format instanceof Markup && !(type == 's' && value instanceof Markup);
    return escapes ? Markup.escape(shown).text() : shown;
  }

  private static String character(Object value) {
    if (Values.isString(value) && Values.length(value) == 1) {
      return Values.text(value);
    }
    if (!Values.isInteger(value)) {
      throw PyException.type("%c requires int or char");
    }
    return FormatSpec.character(value);
  }

  private static Object integer(Object value, char type) {
    if (value instanceof Double d) {
      return Numbers.truncate(d);
    }
    if (!Values.isInteger(value)) {
      throw PyException.type("%" + type + " format: a real number is required, not " + Values.typeName(value));
    }
    return value;
  }

  private static Object radixInteger(Object value, char type) {
    if (!Values.isInteger(value)) {
      throw PyException.type("%" + type + " format: an integer is required, not " + Values.typeName(value));
    }
    return value;
  }

  private static double real(Object value) {
    if (!Values.isNumber(value)) {
      throw PyException.type("must be real number, not " + Values.typeName(value));
    }
    return Numbers.toDouble(value);
  }

  private char charAt(int i) {
    return i < text.length() ? text.charAt(i) : 0;
  }
}
