package dev.quipu.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Python's arithmetic on integers of any length and on doubles. Integers are Long where they fit, BigInteger otherwise;
 * Boolean counts as 0 or 1. Refuses results too large to be meant.
 */
final class Numbers {

  /** CPython prints and reads no integer of more digits. */
  static final int MAX_DIGITS = 4300;
  private static final int MAX_BITS = 1 << 20;

  private Numbers() {}

  static Object normal(BigInteger n) {
    return n.bitLength() < 64 ? (Object) n.longValue() : n;
  }

  static BigInteger big(Object integer) {
    if (integer instanceof BigInteger n) {
      return n;
    }
    return BigInteger.valueOf(integer instanceof Boolean b ? (b ? 1 : 0) : (Long) integer);
  }

  static double toDouble(Object number) {
    if (number instanceof Double d) {
      return d;
    }
    double d = number instanceof Long n ? n : big(number).doubleValue();
    if (Double.isInfinite(d)) {
      throw PyException.overflow("int too large to convert to float");
    }
    return d;
  }

  /** The value as an index or count: an integer in the range of an int, cut there. */
  static int toInt(Object value, String what) {
    if (!Values.isInteger(value)) {
      if (value instanceof Undefined undefined) {
        throw undefined.failure();
      }
      throw PyException.type(PyFormat.repr(Values.typeName(value)) + " object cannot be interpreted as an integer ("
          + what + ")");
    }
    BigInteger n = big(value);
    return n.bitLength() < 32 ? n.intValue() : n.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
  }

  static boolean isUnordered(Object a, Object b) {
    return a instanceof Double x && x.isNaN() || b instanceof Double y && y.isNaN();
  }

  static boolean equal(Object a, Object b) {
    return !isUnordered(a, b) && compare(a, b) == 0;
  }

  /** Exact, also between an integer and a double. */
  static int compare(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    if (a instanceof Double x && b instanceof Double y) {
      return x < y ? -1 : x > y ? 1 : 0;
    }
    if (a instanceof Double x && x.isInfinite()) {
      return x > 0 ? 1 : -1;
    }
    if (b instanceof Double y && y.isInfinite()) {
      return y > 0 ? -1 : 1;
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigDecimal exact(Object number) {
    return number instanceof Double d ? new BigDecimal(d) : new BigDecimal(big(number));
  }

  static Object negative(Object a) {
    return a instanceof Double d ? (Object) (-d) : normal(big(a).negate());
  }

  static Object positive(Object a) {
    return a instanceof Boolean ? normal(big(a)) : a;
  }

  static Object add(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      long sum = x + y;
      if (((x ^ sum) & (y ^ sum)) >= 0) {
        return sum;
      }
    }
    return isDouble(a, b) ? (Object) (toDouble(a) + toDouble(b)) : normal(big(a).add(big(b)));
  }

  static Object subtract(Object a, Object b) {
    return isDouble(a, b) ? (Object) (toDouble(a) - toDouble(b)) : normal(big(a).subtract(big(b)));
  }

  static Object multiply(Object a, Object b) {
    if (isDouble(a, b)) {
      return toDouble(a) * toDouble(b);
    }
    checkBits((long) big(a).bitLength() + big(b).bitLength());
    return normal(big(a).multiply(big(b)));
  }

  static Object divide(Object a, Object b) {
    if (isZero(b)) {
      throw PyException.zeroDivision(isDouble(a, b) ? "float division by zero" : "division by zero");
    }
    if (isDouble(a, b) || big(a).bitLength() <= 53 && big(b).bitLength() <= 53) {
      return toDouble(a) / toDouble(b);
    }
    // 60 digits are far more than the double keeps; a quotient this close to a tie does not occur among such ratios
    double quotient = new BigDecimal(big(a)).divide(new BigDecimal(big(b)), new MathContext(60)).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw PyException.overflow("integer division result too large for a float");
    }
    return quotient;
  }

  static Object floorDivide(Object a, Object b) {
    if (isDouble(a, b)) {
      double y = toDouble(b);
      if (y == 0) {
        throw PyException.zeroDivision("float floor division by zero");
      }
      return floorQuotient(toDouble(a), y);
    }
    checkDivisor(b);
    BigInteger[] parts = big(a).divideAndRemainder(big(b));
    boolean adjust = parts[1].signum() != 0 && parts[1].signum() != big(b).signum();
    return normal(adjust ? parts[0].subtract(BigInteger.ONE) : parts[0]);
  }

  static Object modulo(Object a, Object b) {
    if (isDouble(a, b)) {
      double y = toDouble(b);
      if (y == 0) {
        throw PyException.zeroDivision("float modulo");
      }
      return floorRemainder(toDouble(a), y);
    }
    checkDivisor(b);
    BigInteger remainder = big(a).remainder(big(b));
    boolean adjust = remainder.signum() != 0 && remainder.signum() != big(b).signum();
    return normal(adjust ? remainder.add(big(b)) : remainder);
  }

  private static void checkDivisor(Object b) {
    if (isZero(b)) {
      throw PyException.zeroDivision("integer division or modulo by zero");
    }
  }

  // CPython, float_divmod: the remainder has the sign of the divisor
  private static double floorRemainder(double x, double y) {
    double remainder = x % y;
    if (remainder == 0) {
      return Math.copySign(0, y);
    }
    return (y < 0) == (remainder < 0) ? remainder : remainder + y;
  }

  private static double floorQuotient(double x, double y) {
    double remainder = x % y;
    double quotient = (x - remainder) / y;
    if (remainder != 0 && (y < 0) != (remainder < 0)) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0, x / y);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  static Object power(Object a, Object b) {
    if (isDouble(a, b) || big(b).signum() < 0) {
      return floatPower(toDouble(a), toDouble(b));
    }
    BigInteger base = big(a);
    if (base.bitLength() <= 1) {
      return base.signum() < 0 && big(b).testBit(0) ? -1L : base.signum() == 0 && isZero(b) ? 1L : power01(base);
    }
    int exponent = toInt(b, "exponent");
    checkBits((long) base.bitLength() * exponent);
    return normal(base.pow(exponent));
  }

  // 0, 1 or -1 to a power that is even or leaves it as it is
  private static Object power01(BigInteger base) {
    return base.signum() == 0 ? 0L : 1L;
  }

  private static Object floatPower(double x, double y) {
    if (x == 0 && y < 0) {
      throw PyException.zeroDivision("0.0 cannot be raised to a negative power");
    }
    if (x < 0 && Double.isFinite(x) && Double.isFinite(y) && y != Math.rint(y)) {
      throw PyException.unsupported("a complex number (a fractional power of a negative number)");
    }
    if (x == 1 || x == -1 && Double.isInfinite(y)) {
      return 1.0;
    }
    double result = Math.pow(x, y);
    if (Double.isInfinite(result) && Double.isFinite(x) && Double.isFinite(y)) {
      throw PyException.overflow("(34, 'Numerical result out of range')");
    }
    return result;
  }

  static Object absolute(Object a) {
    return a instanceof Double d ? (Object) Math.abs(d) : normal(big(a).abs());
  }

  /** As {@code round(number, digits)}: to even on a tie, by the number's exact value. */
  static Object round(Object number, int digits) {
    if (number instanceof Double d) {
      if (!Double.isFinite(d) || digits > 323) {
        return d;
      }
      if (digits < -308) {
        return Math.copySign(0.0, d);
      }
      double rounded = new BigDecimal(d).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
      return rounded == 0 ? Math.copySign(0.0, d) : rounded;
    }
    if (digits >= 0 || digits < -MAX_DIGITS) {
      return digits >= 0 ? positive(number) : (Object) 0L;
    }
    return normal(new BigDecimal(big(number)).setScale(digits, RoundingMode.HALF_EVEN).toBigInteger());
  }

  /** The integer part of a double. */
  static Object truncate(double d) {
    if (Double.isNaN(d)) {
      throw PyException.value("cannot convert float NaN to integer");
    }
    if (Double.isInfinite(d)) {
      throw PyException.overflow("cannot convert float infinity to integer");
    }
    return normal(new BigDecimal(d).toBigInteger());
  }

  private static boolean isDouble(Object a, Object b) {
    return a instanceof Double || b instanceof Double;
  }

  private static boolean isZero(Object a) {
    return a instanceof Double d ? d == 0 : big(a).signum() == 0;
  }

  private static void checkBits(long bits) {
    if (bits > MAX_BITS) {
      throw PyException.overflow("an integer of more than " + MAX_BITS + " bits");
    }
  }
}
