package dev.quipu.number;

import dev.quipu.number.NumberStates.State;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members of one sign, by their magnitude, and the states of beginnings without it: digits before the point, digits
 * behind it, exponent. Beginnings with the same future share a state.
 */
final class Magnitudes {

  /** States that are remembered. */
  private static final int MOST_STATES = 5_000;
  private static final int ALL_SCALES = Integer.MIN_VALUE;

  private final Decimals whole; // without point and exponent
  private final Decimals other;
  private final boolean exponents;
  private final Futures futures;
  private final Map<Object, State> shared = new ConcurrentHashMap<>();

  Magnitudes(Decimals whole, Decimals other, boolean exponents) {
    this.whole = whole;
    this.other = other;
    this.exponents = exponents;
    this.futures = new Futures(whole, other, exponents);
  }

  boolean sameAs(Magnitudes that) {
    return whole.equals(that.whole) && other.equals(that.other);
  }

  boolean isEmpty() {
    return whole.isEmpty() && other.isEmpty();
  }

  /** After the digits of an integer; null if nothing goes on so. */
  NumberPosition integer(BigInteger digits) {
    return integerMayGoOn(digits) ? share(futures.ofInteger(digits), new Digits(digits, -1)) : null;
  }

  private NumberPosition fraction(BigInteger digits, int scale) {
    return fractionMayGoOn(digits, scale)
        ? share(futures.ofFraction(digits, scale), new Digits(digits, scale)) : null;
  }

  private NumberPosition power(BigInteger digits, int scale) {
    Exponents members = exponents ? Exponents.of(other, digits, scale) : null;
    return members == null || members.isEmpty() ? null : share(members, new Power(this, members));
  }

  /** The state of this future that was met first. */
  NumberPosition share(Object future, State state) {
    State known = shared.get(future);
    if (known != null || shared.size() >= MOST_STATES) {
      return known == null ? state : known;
    }
    state.isShared = true;
    known = shared.putIfAbsent(future, state);
    return known == null ? state : known;
  }

  private boolean integerMayGoOn(BigInteger digits) {
    if (digits.signum() == 0) {
      return whole.contains(BigDecimal.ZERO) || fractionMayGoOn(digits, 0);
    }
    return reaches(whole, digits, 0) || reaches(other, digits, exponents ? ALL_SCALES : 0);
  }

  private boolean fractionMayGoOn(BigInteger digits, int scale) {
    if (!exponents) {
      return other.meets(scaled(digits, -scale), scaled(digits.add(BigInteger.ONE), -scale));
    }
    return digits.signum() == 0 ? !other.isEmpty() : reaches(other, digits, ALL_SCALES);
  }

  private static BigDecimal scaled(BigInteger digits, int exponent) {
    return new BigDecimal(digits, -exponent);
  }

  /** Whether, for some k from least on, a member lies from digits·10^k to below (digits + 1)·10^k. */
  private boolean reaches(Decimals set, BigInteger digits, int least) {
    return isUnbounded(set) || least == ALL_SCALES && isDenseAtZero(set) || scale(set, digits, least) != null;
  }

  private static boolean isUnbounded(Decimals set) {
    return set.interval(set.borders().length) != Multiples.NONE;
  }

  private static boolean isDenseAtZero(Decimals set) {
    return set.above(BigDecimal.ZERO).isDense();
  }

  /** Such a k; null if there is none. */
  private static Integer scale(Decimals set, BigInteger digits, int least) {
    BigDecimal[] borders = set.borders();
    int length = Multiples.exponent(new BigDecimal(digits));
    int most = isUnbounded(set) ? Integer.MAX_VALUE
        : borders.length == 0 ? -1 : Multiples.exponent(borders[borders.length - 1]) - length;
    for (int k = Math.max(least, 0); k <= most; k++) {
      if (meets(set, digits, k)) {
        return k;
      }
    }
    int last = isDenseAtZero(set) ? ALL_SCALES + 1 : set.leastExponent() - length - 1;
    for (int k = -1; k >= Math.max(least, last); k--) {
      if (meets(set, digits, k)) {
        return k;
      }
    }
    return null;
  }

  private static boolean meets(Decimals set, BigInteger digits, int k) {
    return set.meets(scaled(digits, k), scaled(digits.add(BigInteger.ONE), k));
  }

  /** Inside the digits, before the point or (scale ≥ 0: so many) behind it. */
  private final class Digits extends State {

    private final BigInteger digits;
    private final int scale;
    private Digits(BigInteger digits, int scale) {
      this.digits = digits;
      this.scale = scale;
    }

    @Override
    NumberPosition digit(int digit) {
      if (scale < 0 && digits.signum() == 0) {
        return null;
      }
      if (Math.max(scale, new BigDecimal(digits).precision()) >= MOST_DIGITS) {
        return new Rest(this).next('0' + digit);
      }
      BigInteger more = digits.multiply(BigInteger.TEN).add(BigInteger.valueOf(digit));
      return scale < 0 ? integer(more) : fraction(more, scale + 1);
    }

    @Override
    NumberPosition mark(char mark) {
      return switch (mark) {
        case '.' -> scale < 0 ? fraction(digits, 0) : null;
        case 'e' -> scale == 0 ? null : power(digits, Math.max(0, scale));
        default -> null;
      };
    }

    @Override
    public boolean complete() {
      return scale != 0 && (scale < 0 ? whole : other).contains(scaled(digits, -Math.max(0, scale)));
    }

    @Override
    public boolean writtenAsInteger() {
      return scale < 0;
    }

    @Override
    public String shortestCompletion() {
      return complete() ? "" : digits.signum() == 0 ? behindZeros() : scale < 0 ? behindInteger() : behindPoint(scale);
    }

    private String behindInteger() {
      Integer k = scale(whole, digits, 0);
      if (k != null) {
        return digitsOf(simplest(whole, k), k, 0);
      }
      k = scale(other, digits, exponents ? ALL_SCALES : 0);
      if (k >= 0) {
        BigDecimal member = simplest(other, k);
        return digitsOf(member, k, Math.max(1, member.scale()));
      }
      BigDecimal member = simplest(other, k).scaleByPowerOfTen(-k);
      return (member.scale() <= 0 ? "" : digitsOf(member, 0, member.scale())) + "e" + k;
    }

    private BigDecimal simplest(Decimals set, int k) {
      return set.simplest(scaled(digits, k), scaled(digits.add(BigInteger.ONE), k));
    }

    /** The member's digits behind those written: so many before the point and so many behind it. */
    private String digitsOf(BigDecimal member, int before, int behind) {
      String text = member.setScale(behind).toPlainString();
      int from = digits.toString().length();
      return text.substring(from);
    }

    private String behindPoint(int scale) {
      BigDecimal member = simplest(other, -scale);
      int k = -scale;
      if (member == null) {
        k = scale(other, digits, ALL_SCALES);
        member = simplest(other, k);
      }
      BigDecimal shifted = member.scaleByPowerOfTen(-k); // digits and a fraction
      String more = shifted.scale() <= 0 ? "" : shifted.toPlainString().substring(digits.toString().length() + 1);
      String end = k == -scale ? "" : "e" + (k + scale);
      return (more.isEmpty() && scale == 0 ? "0" : more) + end;
    }

    private String behindZeros() {
      int zeros = Math.max(0, scale);
      String point = scale < 0 ? "." : "";
      BigDecimal member = other.simplest(BigDecimal.ZERO, scaled(BigInteger.ONE, -zeros));
      if (member != null) {
        BigDecimal shifted = member.scaleByPowerOfTen(zeros);
        return point + (shifted.signum() == 0 ? "0" : shifted.toPlainString().substring(2));
      }
      member = other.simplest(BigDecimal.ZERO, null);
      int exponent = Multiples.exponent(member) + 1 + zeros;
      return point + member.unscaledValue().abs() + "e" + exponent;
    }
  }
}
