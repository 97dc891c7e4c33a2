package dev.quipu.text.jinja;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code str()} and {@code repr()} of every value. */
final class PyFormat {

  private static final int MAX_DEPTH = 900;

  private PyFormat() {}

  static String str(Object value) {
    if (value instanceof String s) {
      return s;
    }
    if (value instanceof Markup markup) {
      return markup.text();
    }
    return value instanceof Undefined ? "" : repr(value);
  }

  static String repr(Object value) {
    StringBuilder out = new StringBuilder();
    repr(value, out, 0);
    return out.toString();
  }

  private static void repr(Object value, StringBuilder out, int depth) {
    if (depth > MAX_DEPTH) {
      throw new PyException("RecursionError", "maximum recursion depth exceeded while getting the repr of an object");
    }
    if (value == null) {
      out.append("None");
    } else if (value instanceof String s) {
      quote(s, out);
    } else if (value instanceof Boolean b) {
      out.append(b ? "True" : "False");
    } else if (value instanceof Double d) {
      out.append(number(d));
    } else if (value instanceof Long || value instanceof BigInteger) {
      out.append(integer(value));
    } else if (value instanceof List<?> list) {
      items(out, '[', list.iterator(), "]", depth);
    } else if (value instanceof Map<?, ?> map) {
      dict(map, out, depth);
    } else if (value instanceof Tuple tuple) {
      items(out, '(', tuple.items().iterator(), tuple.items().size() == 1 ? ",)" : ")", depth);
    } else {
      other(value, out, depth);
    }
  }

  private static void other(Object value, StringBuilder out, int depth) {
    if (value instanceof Markup markup) {
      out.append("Markup(");
      quote(markup.text(), out);
      out.append(')');
    } else if (value instanceof Range range) {
      out.append("range(").append(range.start()).append(", ").append(range.stop());
      out.append(range.step() == 1 ? ")" : ", " + range.step() + ")");
    } else if (value instanceof DictView view) {
      out.append(view.type()).append('(');
      items(out, '[', view.iterator(), "])", depth);
    } else if (value instanceof Namespace namespace) {
      out.append("<Namespace ");
      dict(namespace.attributes, out, depth);
      out.append('>');
    } else if (value instanceof LoopContext loop) {
      out.append("<LoopContext ").append(loop.index()).append('/').append(loop.length()).append('>');
    } else if (value instanceof Macro macro) {
      out.append("<Macro ").append(macro.name() == null ? "anonymous" : repr(macro.name())).append('>');
    } else if (value instanceof Undefined) {
      out.append("Undefined");
    } else {
      out.append('<').append(Values.typeName(value)).append(" object>");
    }
  }

  private static void items(StringBuilder out, char open, Iterator<?> items, String close, int depth) {
    out.append(open);
    for (int i = 0; items.hasNext(); i++) {
      out.append(i == 0 ? "" : ", ");
      repr(items.next(), out, depth + 1);
      Operators.checkLength(out.length());
    }
    out.append(close);
  }

  private static void dict(Map<?, ?> map, StringBuilder out, int depth) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(first ? "" : ", ");
      first = false;
      repr(entry.getKey(), out, depth + 1);
      out.append(": ");
      repr(entry.getValue(), out, depth + 1);
      Operators.checkLength(out.length());
    }
    out.append('}');
  }

  static String integer(Object integer) {
    if (integer instanceof BigInteger n && n.bitLength() > 14_000) {
      String digits = n.toString();
      if (digits.length() - (n.signum() < 0 ? 1 : 0) > Numbers.MAX_DIGITS) {
        throw PyException.value("Exceeds the limit (4300 digits) for integer string conversion");
      }
      return digits;
    }
    return integer instanceof Boolean b ? (b ? "1" : "0") : integer.toString();
  }

  /** The shortest decimal that reads back as the double, in Python's notation. */
  static String number(double d) {
    if (!Double.isFinite(d)) {
      return Double.isNaN(d) ? "nan" : d > 0 ? "inf" : "-inf";
    }
    if (d == Math.rint(d) && Math.abs(d) < 1e15) {
      return (d == 0 && 1 / d < 0 ? "-0" : Long.toString((long) d)).concat(".0");
    }
    return Decimal.shortest(d).repr();
  }

  private static void quote(String s, StringBuilder out) {
    char quote = s.indexOf('\'') >= 0 && s.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      i += Character.charCount(c);
      if (c == quote || c == '\\') {
        out.append('\\').append((char) c);
      } else if (c >= ' ' && c < 127) {
        out.append((char) c);
      } else {
        special(c, out);
      }
    }
    out.append(quote);
  }

  private static void special(int c, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          String hex = Integer.toHexString(c);
          int width = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
          out.append(width == 2 ? "\\x" : width == 4 ? "\\u" : "\\U").append("0".repeat(width - hex.length()))
              .append(hex);
        }
      }
    }
  }

  /** As {@code str.isprintable} of one character. */
  static boolean isPrintable(int c) {
    return c == ' ' || switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
          Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR -> false;
      default -> true;
    };
  }
}
