package dev.quipu.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A finite double as decimal digits, laid out as C and Python do.
 *
 * @param digits   without sign, the point after the first
 * @param exponent of ten
 */
public record Decimal(boolean negative, String digits, int exponent) {

  /** The fewest digits that read back as the same double. */
  public static Decimal shortest(double d) {
    String text = Double.toString(Math.abs(d));
    int e = text.indexOf('E');
    String mantissa = e < 0 ? text : text.substring(0, e);
    int exponent = e < 0 ? 0 : Integer.parseInt(text.substring(e + 1));
    int point = mantissa.indexOf('.');
    String digits = mantissa.substring(0, point).concat(mantissa.substring(point + 1));
    int leading = 0;
    while (leading < digits.length() - 1 && digits.charAt(leading) == '0') {
      leading++;
    }
    int end = digits.length();
    while (end > leading + 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return oneDigit(d, new Decimal(isNegative(d), digits.substring(leading, end), exponent + point - 1 - leading));
  }

  // Java always gives two digits where it could give one: 4.9E-324 for 5e-324
  private static Decimal oneDigit(double d, Decimal two) {
    if (two.digits.length() != 2) {
      return two;
    }
    BigDecimal one = new BigDecimal(Math.abs(d)).round(new MathContext(1, RoundingMode.HALF_EVEN));
    if (one.doubleValue() != Math.abs(d)) {
      return two;
    }
    return of(two.negative, one);
  }

  /** As many significant digits as asked for, at least one. */
  static Decimal significant(double d, int count) {
    BigDecimal rounded = new BigDecimal(Math.abs(d)).round(new MathContext(count, RoundingMode.HALF_EVEN));
    Decimal exact = of(isNegative(d), rounded);
    int missing = count - exact.digits.length();
    return missing <= 0 ? exact : new Decimal(exact.negative, exact.digits + "0".repeat(missing), exact.exponent);
  }

  private static Decimal of(boolean negative, BigDecimal value) {
    if (value.signum() == 0) {
      return new Decimal(negative, "0", 0);
    }
    String digits = value.unscaledValue().toString();
    return new Decimal(negative, digits, digits.length() - 1 - value.scale());
  }

  private static boolean isNegative(double d) {
    return d < 0 || d == 0 && 1 / d < 0;
  }

  /** As {@code %.<places>f}, without sign. */
  static String fixed(double d, int places) {
    return new BigDecimal(Math.abs(d)).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** As Python's {@code repr}. */
  public String repr() {
    String sign = negative ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
      return sign + scientific('e');
    }
    String plain = plain();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }

  /** Without exponent and sign. */
  String plain() {
    if (exponent < 0) {
      return "0." + "0".repeat(-exponent - 1) + digits;
    }
    if (digits.length() <= exponent + 1) {
      return digits + "0".repeat(exponent + 1 - digits.length());
    }
    return digits.substring(0, exponent + 1) + "." + digits.substring(exponent + 1);
  }

  /** With an exponent of at least two digits, without sign. */
  String scientific(char e) {
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    int size = Math.abs(exponent);
    return mantissa + e + (exponent < 0 ? '-' : '+') + (size < 10 ? "0" : "") + size;
  }

  /** Without zeros at the end of its fraction. */
  Decimal trimmed() {
    int end = digits.length();
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return new Decimal(negative, digits.substring(0, end), exponent);
  }
}
