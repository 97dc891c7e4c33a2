package dev.quipu.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * What the future of a beginning of a number depends on: beginnings with equal futures can be completed alike. Where
 * that is not worth while to find out, the future is that of these digits only.
 */
final class Futures {

  /** Up to so many borders it is worth while to tell whether they still matter. */
  private static final int MOST_BORDERS = 32;
  /** Beginnings are told apart by remainders only of small divisors. */
  private static final BigDecimal MOST_REMAINDERS = BigDecimal.valueOf(10_000);

  private final Decimals whole; // without point and exponent
  private final Decimals other;
  private final boolean exponents;
  private final BigDecimal[] borders; // above 0, of both
  private final boolean[] joined; // whether a border is no exception from what lies above it
  private final boolean zeroJoined;
  private final BigInteger period; // of all divisors: members above the borders repeat; null: too long
  private final BigInteger scaledPeriod; // the same for all members·10^k, but for how often 10 divides them

  Futures(Decimals whole, Decimals other, boolean exponents) {
    this.whole = whole;
    this.other = other;
    this.exponents = exponents;
    this.borders = positiveBorders();
    this.joined = new boolean[borders.length];
    for (int i = 0; i < borders.length; i++) {
      joined[i] = isJoined(borders[i]);
    }
    this.zeroJoined = isJoined(BigDecimal.ZERO);
    this.period = period(both(whole.divisors(), other.divisors()));
    this.scaledPeriod = period(both(whole.divisors(), other.divisors().stream().map(Multiples::scaledPeriod).toList()));
  }

  private BigDecimal[] positiveBorders() {
    var all = new TreeSet<>(Arrays.asList(whole.borders()));
    all.addAll(Arrays.asList(other.borders()));
    return all.tailSet(BigDecimal.ZERO, false).toArray(BigDecimal[]::new);
  }

  private boolean isJoined(BigDecimal border) {
    return whole.contains(border) == whole.above(border).contains(border)
        && other.contains(border) == other.above(border).contains(border);
  }

  private static List<BigDecimal> both(List<BigDecimal> a, List<BigDecimal> b) {
    List<BigDecimal> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  /** The least integer that is a multiple of all; null if it is large. */
  private static BigInteger period(List<BigDecimal> divisors) {
    BigDecimal period = divisors.stream().reduce(BigDecimal.ONE, Multiples::leastCommonMultiple);
    return period.compareTo(MOST_REMAINDERS) > 0 ? null : period.toBigIntegerExact();
  }

  /** Of these digits only. */
  private record Exactly(BigInteger digits, int scale) {
  }

  /** Before the point: which borders lie how many powers of ten away, and what multiples depend on. */
  private record Whole(List<Integer> crossings, BigInteger remainder, List<Long> firsts) {
  }

  /** Behind the point, where an exponent may follow. */
  private record Scaled(List<Integer> crossings, BigInteger remainder, List<Long> firsts, int scale) {
  }

  /** Behind the point, where none may. */
  private record Fraction(Multiples multiples, int scale, BigDecimal remainder) {
  }

  /** After the digits of an integer. */
  Object ofInteger(BigInteger digits) {
    BigInteger repeat = exponents ? scaledPeriod : period;
    List<Integer> crossings = digits.signum() == 0 || repeat == null ? null : crossings(new BigDecimal(digits), digits);
    return crossings == null ? new Exactly(digits, -1) : new Whole(crossings, digits.mod(repeat), firsts(digits));
  }

  /** Behind the point, after so many digits there. */
  Object ofFraction(BigInteger digits, int scale) {
    Object future = exponents ? scaled(digits, scale) : fraction(digits, scale);
    return future == null ? new Exactly(digits, scale) : future;
  }

  private Object scaled(BigInteger digits, int scale) {
    boolean constant = other.divisors().isEmpty();
    int told = constant ? Math.min(scale, 1) : scale;
    if (digits.signum() == 0) {
      boolean uniform = constant && borders.length == 0 && zeroJoined;
      return uniform ? new Scaled(List.of(), BigInteger.ZERO, List.of(), told) : null;
    }
    List<Integer> crossings = scaledPeriod == null ? null : crossings(new BigDecimal(digits, scale), digits);
    return crossings == null ? null
        : new Scaled(crossings, constant ? BigInteger.ZERO : digits.mod(scaledPeriod), firsts(digits), told);
  }

  /** For each divisor, the least k for which digits·10^k is a multiple of its twos and fives. */
  private List<Long> firsts(BigInteger digits) {
    return exponents
        ? other.divisors().stream().map(divisor -> Multiples.firstScale(digits, divisor)).toList() : List.of();
  }

  /**
   * For each border, the least k from which on all that begins with the digits lies above it, if value·10^k begins with
   * them; null if the digits begin a border, so that some k leads to both sides of it.
   */
  private List<Integer> crossings(BigDecimal value, BigInteger digits) {
    if (borders.length > MOST_BORDERS) {
      return null;
    }
    var crossings = new Integer[borders.length];
    for (int i = 0; i < borders.length; i++) {
      int k = Multiples.exponent(borders[i]) - Multiples.exponent(value);
      if (k < 0 && !exponents) {
        crossings[i] = 0;
        continue;
      }
      int order = value.scaleByPowerOfTen(k).compareTo(borders[i]);
      if (order == 0 && !joined[i] || order < 0 && begins(digits, borders[i])) {
        return null;
      }
      crossings[i] = order < 0 ? k + 1 : k;
    }
    return Arrays.asList(crossings);
  }

  private static boolean begins(BigInteger digits, BigDecimal border) {
    int k = Multiples.exponent(border) - Multiples.exponent(new BigDecimal(digits));
    return new BigDecimal(digits.add(BigInteger.ONE), -k).compareTo(border) > 0;
  }

  private Object fraction(BigInteger digits, int scale) {
    BigDecimal from = new BigDecimal(digits, scale);
    BigDecimal to = new BigDecimal(digits.add(BigInteger.ONE), scale);
    if (hasBorder(from, to)) {
      return null;
    }
    Multiples between = other.above(from).between(from, to);
    if (between.divisors().isEmpty()) {
      return new Fraction(between, Math.min(scale, 1), BigDecimal.ZERO);
    }
    BigInteger period = period(between.divisors());
    return period == null ? null : future(between, scale, from.remainder(new BigDecimal(period)));
  }

  private static Fraction future(Multiples between, int scale, BigDecimal remainder) {
    int coarse = 1 - Math.min(0, Multiples.exponent(between.divisors().getFirst()));
    boolean later = remainder.signum() == 0 && scale > coarse; // as far as a multiple may go on, only zeros may follow
    return new Fraction(between, later ? coarse : scale, remainder.stripTrailingZeros());
  }

  private boolean hasBorder(BigDecimal from, BigDecimal to) {
    if (from.signum() == 0 && !zeroJoined) {
      return true;
    }
    int at = Arrays.binarySearch(borders, from);
    if (at >= 0 && !joined[at]) {
      return true;
    }
    int next = at >= 0 ? at + 1 : -1 - at;
    return next < borders.length && borders[next].compareTo(to) < 0;
  }
}
