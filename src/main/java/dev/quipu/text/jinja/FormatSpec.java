package dev.quipu.text.jinja;

/**
 * How one value is laid out by a format: Python's mini-language {@code
 * [[fill]align][sign][#][0][width][,][.precision][type]}, and the part of it that {@code %} knows.
 *
 * @param align     one of {@code < > = ^}, or 0 where none is given
 * @param precision or -1
 * @param grouping  {@code ,} or {@code _}, or 0
 * @param type      or 0
 */
record FormatSpec(int fill, char align, char sign, boolean alternate, int width, char grouping, int precision,
    char type) {

  private static final int MAX_PRECISION = 1000;

  FormatSpec {
    Operators.checkLength(width);
    if (precision > MAX_PRECISION) {
      throw PyException.value("a precision of " + precision + " is over " + MAX_PRECISION);
    }
  }

  static FormatSpec parse(String spec) {
    int i = 0;
    int fill = ' ';
    char align = 0;
    int second = spec.isEmpty() ? 0 : Character.charCount(spec.codePointAt(0));
    if (second > 0 && second < spec.length() && "<>=^".indexOf(spec.charAt(second)) >= 0) {
      fill = spec.codePointAt(0);
      align = spec.charAt(second);
      i = second + 1;
    } else if (!spec.isEmpty() && "<>=^".indexOf(spec.charAt(0)) >= 0) {
      align = spec.charAt(i++);
    }
    char sign = i < spec.length() && "+- ".indexOf(spec.charAt(i)) >= 0 ? spec.charAt(i++) : '-';
    boolean alternate = i < spec.length() && spec.charAt(i) == '#';
    i += alternate ? 1 : 0;
    boolean zero = i < spec.length() && spec.charAt(i) == '0';
    if (zero && align == 0) {
      fill = '0';
      align = '=';
    }
    int widthEnd = digits(spec, i);
    int width = widthEnd > i ? number(spec, i, widthEnd) : 0;
    i = widthEnd;
    char grouping = i < spec.length() && ",_".indexOf(spec.charAt(i)) >= 0 ? spec.charAt(i++) : 0;
    int precision = -1;
    if (i < spec.length() && spec.charAt(i) == '.') {
      int end = digits(spec, i + 1);
      if (end == i + 1) {
        throw PyException.value("Format specifier missing precision");
      }
      precision = number(spec, i + 1, end);
      i = end;
    }
    if (spec.length() - i > 1) {
      throw PyException.value("Invalid format specifier");
    }
    return new FormatSpec(fill, align, sign, alternate, width, grouping, precision,
        i < spec.length() ? spec.charAt(i) : 0);
  }

  private static int digits(String spec, int from) {
    int i = from;
    while (i < spec.length() && spec.charAt(i) >= '0' && spec.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  private static int number(String spec, int from, int to) {
    if (to - from > 9) {
      throw PyException.value("Too many decimal digits in format string");
    }
    return Integer.parseInt(spec, from, to, 10);
  }

  /** As {@code format(value, spec)} for what Python can format with a specification. */
  String apply(Object value) {
    if (Values.isString(value)) {
      return string(Values.text(value));
    }
    boolean asFloat = value instanceof Double || type != 0 && "eEfFgG%".indexOf(type) >= 0;
    if (asFloat && Values.isNumber(value)) {
      return real(Numbers.toDouble(value));
    }
    if (value instanceof Boolean && type == 0) {
      return string(PyFormat.str(value));
    }
    if (Values.isInteger(value)) {
      return integer(value);
    }
    throw PyException.type("unsupported format string passed to " + Values.typeName(value) + ".__format__");
  }

  private String string(String s) {
    if (type != 0 && type != 's' || align == '=' && fill != '0' || grouping != 0 || sign != '-' || alternate) {
      throw PyException.value("Invalid format specifier for object of type 'str'");
    }
    String cut = precision >= 0 && precision < Text.length(s) ? s.substring(0, Text.offset(s, precision)) : s;
    return pad("", cut, align == 0 || align == '=' ? '<' : align);
  }

  String integer(Object value) {
    if (precision >= 0) {
      throw PyException.value("Precision not allowed in integer format specifier");
    }
    int radix = switch (type) {
      case 0, 'd', 'n' -> 10;
      case 'b' -> 2;
      case 'o' -> 8;
      case 'x', 'X' -> 16;
      case 'c' -> 0;
      default -> throw unknown("int");
    };
    if (radix == 0) {
      return pad("", character(value), align == 0 ? '<' : align);
    }
    var n = Numbers.big(value);
    String digits = radix == 10 ? PyFormat.integer(Numbers.normal(n.abs())) : n.abs().toString(radix);
    String prefix = !alternate || radix == 10 ? "" : radix == 2 ? "0b" : radix == 8 ? "0o" : "0x";
    String body = group(digits, radix == 10 ? 3 : 4);
    String signed = signOf(n.signum() < 0).concat(prefix);
    return type == 'X' ? pad(Text.upper(signed), Text.upper(body), numberAlign()) : pad(signed, body, numberAlign());
  }

  static String character(Object value) {
    int c = Numbers.toInt(value, "%c");
    if (!Character.isValidCodePoint(c)) {
      throw PyException.overflow("%c arg not in range(0x110000)");
    }
    return Character.toString(c);
  }

  String real(double value) {
    double d = type == '%' ? value * 100 : value;
    boolean negative = d < 0 || d == 0 && 1 / d < 0;
    String body = Double.isFinite(d) ? finite(d) : Double.isNaN(d) ? "nan" : "inf";
    boolean upper = type == 'E' || type == 'F' || type == 'G';
    String tail = type == '%' ? "%" : "";
    return pad(signOf(negative), grouped(upper ? Text.upper(body) : body).concat(tail), numberAlign());
  }

  private String finite(double d) {
    int places = precision < 0 ? 6 : precision;
    return switch (type) {
      case 'f', 'F', '%' -> point(Decimal.fixed(d, places));
      case 'e', 'E' -> scientific(Decimal.significant(d, places + 1));
      case 'g', 'G', 'n' -> general(Decimal.significant(d, Math.max(1, places)), Math.max(1, places), false);
      case 0 -> precision < 0
          ? PyFormat.number(Math.abs(d))
          : general(Decimal.significant(d, Math.max(1, places)), Math.max(1, places), true);
      default -> throw unknown("float");
    };
  }

  private String scientific(Decimal decimal) {
    return alternate && precision == 0
        ? new Decimal(false, decimal.digits() + "0", decimal.exponent()).scientific('e').replace(".0", ".")
        : decimal.scientific('e');
  }

  private String general(Decimal decimal, int count, boolean pointZero) {
    Decimal shown = alternate ? decimal : decimal.trimmed();
    boolean scientific = decimal.exponent() < -4 || decimal.exponent() >= (pointZero ? count - 1 : count)
        && decimal.exponent() >= count - (pointZero && count > 1 ? 1 : 0);
    if (scientific) {
      return shown.scientific('e');
    }
    String plain = shown.plain();
    return pointZero && plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private String point(String fixed) {
    return alternate && fixed.indexOf('.') < 0 ? fixed + "." : fixed;
  }

  private String grouped(String body) {
    int end = 0;
    while (end < body.length() && Character.isDigit(body.charAt(end))) {
      end++;
    }
    return grouping == 0 ? body : group(body.substring(0, end), 3).concat(body.substring(end));
  }

  private String group(String digits, int size) {
    if (grouping == 0) {
      return digits;
    }
    StringBuilder out = new StringBuilder(digits);
    for (int i = digits.length() - size; i > 0; i -= size) {
      out.insert(i, grouping);
    }
    return out.toString();
  }

  private String signOf(boolean negative) {
    return negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
  }

  private char numberAlign() {
    return align == 0 ? '>' : align;
  }

  private String pad(String sign, String body, char how) {
    int missing = width - Text.length(sign) - Text.length(body);
    if (missing <= 0) {
      return sign.concat(body);
    }
    String f = Character.toString(fill);
    return switch (how) {
      case '<' -> sign + body + f.repeat(missing);
      case '^' -> f.repeat(missing / 2) + sign + body + f.repeat(missing - missing / 2);
      case '=' -> sign + f.repeat(missing) + body;
      default -> f.repeat(missing) + sign + body;
    };
  }

  private PyException unknown(String typeName) {
    return PyException.value("Unknown format code '" + type + "' for object of type '" + typeName + "'");
  }
}
