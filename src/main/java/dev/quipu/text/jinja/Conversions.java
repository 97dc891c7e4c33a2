package dev.quipu.text.jinja;

import java.math.BigInteger;

/** Python's {@code int()}, {@code float()} and {@code round()} as the filters of those names apply them. */
final class Conversions {

  private Conversions() {}

  static Object toInt(Object value, Args args) {
    Object[] bound = args.bind("int", 0, "default", "base");
    try {
      return Values.isString(value)
          ? integer(Values.text(value), Numbers.toInt(Args.or(bound[1], 10L), "base")) : integer(value);
    } catch (PyException e) {
      return isTypeOrValue(e) ? viaFloat(value, Args.or(bound[0], 0L)) : rethrow(e);
    }
  }

  private static Object viaFloat(Object value, Object absent) {
    try {
      return Numbers.truncate(real(value));
    } catch (PyException e) {
      return isTypeOrValue(e) || e.kind().equals("OverflowError") ? absent : rethrow(e);
    }
  }

  static Object toFloat(Object value, Args args) {
    Object absent = Args.or(args.bind("float", 0, "default")[0], 0.0);
    try {
      return real(value);
    } catch (PyException e) {
      return isTypeOrValue(e) ? absent : rethrow(e);
    }
  }

  static Object round(Object value, Args args) {
    Object[] bound = args.bind("round", 0, "precision", "method");
    Object method = Args.or(bound[1], "common");
    Object precision = Args.or(bound[0], 0L);
    if (!Values.isString(method) || !isMethod(Values.text(method))) {
      throw PyException.argument("method must be common, ceil or floor");
    }
    if (value instanceof Undefined || !Values.isNumber(value)) {
      throw PyException.type("type " + Values.typeName(value) + " doesn't define __round__ method");
    }
    if (Values.text(method).equals("common")) {
      return precision == null
          ? value instanceof Double d ? Numbers.truncate(Math.rint(d)) : Numbers.positive(value)
          : Numbers.round(value, Numbers.toInt(precision, "ndigits"));
    }
    Object scale = Numbers.power(10L, precision == null ? Operators.binary("**", 10L, null) : precision);
    return Numbers.divide(whole(Numbers.multiply(value, scale), Values.text(method)), scale);
  }

  private static boolean isMethod(String method) {
    return method.equals("common") || method.equals("ceil") || method.equals("floor");
  }

  private static Object whole(Object value, String method) {
    if (value instanceof Double d) {
      return Numbers.truncate(method.equals("ceil") ? Math.ceil(d) : Math.floor(d));
    }
    return Numbers.positive(value);
  }

  private static boolean isTypeOrValue(PyException e) {
    return e.kind().equals("TypeError") || e.kind().equals("ValueError");
  }

  private static Object rethrow(PyException e) {
    throw e;
  }

  private static Object integer(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (value instanceof Double d) {
      return Numbers.truncate(d);
    }
    if (!Values.isInteger(value)) {
      throw PyException.type("int() argument must be a string, a bytes-like object or a real number, not "
          + PyFormat.repr(Values.typeName(value)));
    }
    return Numbers.positive(value);
  }

  /** As {@code int(text, base)}. */
  static Object integer(String text, int base) {
    if (base != 0 && (base < 2 || base > 36)) {
      throw PyException.value("int() base must be >= 2 and <= 36, or 0");
    }
    String body = ascii(Text.strip(text));
    boolean signed = body.startsWith("-") || body.startsWith("+");
    boolean negative = body.startsWith("-");
    String digits = signed ? body.substring(1) : body;
    int prefix = digits.length() > 2 && digits.charAt(0) == '0' ? prefixRadix(digits.charAt(1)) : 0;
    if (prefix > 0 && (base == 0 || base == prefix)) {
      digits = digits.substring(digits.charAt(2) == '_' ? 3 : 2);
    }
    int radix = base != 0 ? base : prefix > 0 ? prefix : 10;
    if (!isDigits(digits, radix) || base == 0 && prefix == 0 && digits.startsWith("0") && !isZeros(digits)) {
      throw PyException.value("invalid literal for int() with base " + base + ": " + PyFormat.repr(text));
    }
    if (digits.length() > Numbers.MAX_DIGITS) {
      throw PyException.value("Exceeds the limit (4300 digits) for integer string conversion");
    }
    BigInteger n = new BigInteger(digits.replace("_", ""), radix);
    return Numbers.normal(negative ? n.negate() : n);
  }

  private static int prefixRadix(char c) {
    return switch (c) {
      case 'x', 'X' -> 16;
      case 'o', 'O' -> 8;
      case 'b', 'B' -> 2;
      default -> 0;
    };
  }

  private static boolean isZeros(String digits) {
    return digits.chars().allMatch(c -> c == '0' || c == '_');
  }

  // decimal digits of any script count
  private static String ascii(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> {
      if (c > 127 && Character.isDigit(c)) {
        out.append(Character.digit(c, 10));
      } else {
        out.appendCodePoint(c);
      }
    });
    return out.toString();
  }

  /** Digits with single underscores between them. */
  private static boolean isDigits(String digits, int radix) {
    boolean afterDigit = false;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      boolean digit = c < 128 && Character.digit(c, radix) >= 0;
      if (!digit && !(c == '_' && afterDigit)) {
        return false;
      }
      afterDigit = digit;
    }
    return afterDigit;
  }

  private static double real(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (Values.isString(value)) {
      return real(Values.text(value));
    }
    if (!Values.isNumber(value)) {
      throw PyException.type("float() argument must be a string or a real number, not "
          + PyFormat.repr(Values.typeName(value)));
    }
    return Numbers.toDouble(value);
  }

  private static double real(String text) {
    String body = Text.lower(ascii(Text.strip(text)));
    String unsigned = body.startsWith("-") || body.startsWith("+") ? body.substring(1) : body;
    boolean negative = body.startsWith("-");
    switch (unsigned) {
      case "inf", "infinity" -> {
        return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
      case "nan" -> {
        return Double.NaN;
      }
      default -> {
        if (!isDecimal(unsigned)) {
          throw PyException.value("could not convert string to float: " + PyFormat.repr(text));
        }
        double d = Double.parseDouble(unsigned.replace("_", ""));
        return negative ? -d : d;
      }
    }
  }

  /** Digits, a point, an exponent: what Java reads besides (such as {@code 1f}) is no Python. */
  private static boolean isDecimal(String s) {
    int e = s.indexOf('e');
    String mantissa = e < 0 ? s : s.substring(0, e);
    String exponent = e < 0 ? "0" : s.substring(e + 1);
    if (exponent.startsWith("+") || exponent.startsWith("-")) {
      exponent = exponent.substring(1);
    }
    int point = mantissa.indexOf('.');
    String whole = point < 0 ? mantissa : mantissa.substring(0, point);
    String fraction = point < 0 ? "" : mantissa.substring(point + 1);
    return isDigits(exponent, 10) && !(whole.isEmpty() && fraction.isEmpty())
        && (whole.isEmpty() || isDigits(whole, 10)) && (fraction.isEmpty() || isDigits(fraction, 10));
  }
}
