package dev.quipu.number;

import dev.quipu.number.NumberStates.State;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members of one sign, by their magnitude, and the states of beginnings without it: digits before the point, digits
 * behind it, exponent. Beginnings with the same future share a state.
 */
final class Magnitudes {

  /** States that are remembered. */
  private static final int MOST_STATES = 5_000;
  /** Up to so many borders it is worth while to tell whether they still matter. */
  private static final int MOST_BORDERS = 32;
  /** States are told apart by remainders only of small divisors. */
  private static final BigInteger MOST_REMAINDERS = BigInteger.valueOf(10_000);
  private static final int ALL_SCALES = Integer.MIN_VALUE;

  private final Decimals whole; // without point and exponent
  private final Decimals other;
  private final boolean exponents;
  private final BigDecimal[] borders; // above 0, of both
  private final boolean[] joined; // whether a border is no exception from what lies above it
  private final boolean zeroJoined;
  private final BigInteger period; // a multiple of all divisors: members far above the borders repeat; null: too long
  private final BigInteger wholePeriod;
  private final boolean tens; // whether all divisors of other are powers of ten
  private final boolean constant; // whether other has no divisors
  private final Map<Object, NumberPosition> shared = new ConcurrentHashMap<>();

  Magnitudes(Decimals whole, Decimals other, boolean exponents) {
    this.whole = whole;
    this.other = other;
    this.exponents = exponents;
    this.borders = positiveBorders();
    this.joined = new boolean[borders.length];
    for (int i = 0; i < borders.length; i++) {
      joined[i] = isJoined(borders[i]);
    }
    this.zeroJoined = isJoined(BigDecimal.ZERO);
    this.wholePeriod = period(whole.divisors());
    BigInteger otherPeriod = period(other.divisors());
    this.period = wholePeriod == null || otherPeriod == null ? null : period(List.of(new BigDecimal(wholePeriod),
        new BigDecimal(otherPeriod)));
    this.tens = other.divisors().stream().allMatch(divisor -> divisor.unscaledValue().equals(BigInteger.ONE));
    this.constant = other.divisors().isEmpty();
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

  /** The least integer that is a multiple of all; null if it is large. */
  private static BigInteger period(List<BigDecimal> divisors) {
    BigDecimal period = divisors.stream().reduce(BigDecimal.ONE, Multiples::leastCommonMultiple);
    return period.compareTo(new BigDecimal(MOST_REMAINDERS)) > 0 ? null : period.toBigIntegerExact();
  }

  boolean sameAs(Magnitudes that) {
    return whole.equals(that.whole) && other.equals(that.other);
  }

  boolean isEmpty() {
    return whole.isEmpty() && other.isEmpty();
  }

  boolean isShared(NumberPosition state) {
    return state instanceof Digits digits ? digits.isShared : state instanceof Power power && power.isShared;
  }

  /** After the digits of an integer; null if nothing goes on so. */
  NumberPosition integer(BigInteger digits) {
    return integerMayGoOn(digits) ? share(new IntegerKey(integerFuture(digits)), new Digits(digits, -1)) : null;
  }

  private NumberPosition fraction(BigInteger digits, int scale) {
    return fractionMayGoOn(digits, scale)
        ? share(new FractionKey(fractionFuture(digits, scale)), new Digits(digits, scale)) : null;
  }

  private NumberPosition power(BigInteger digits, int scale) {
    Exponents members = exponents ? Exponents.of(other, digits, scale) : null;
    return members == null || members.isEmpty() ? null
        : share(new PowerKey(members, 0, 0, 0), new Power(members, 0, 0, 0));
  }

  /** The state of this future that was met first. */
  private NumberPosition share(Object key, State state) {
    NumberPosition known = shared.get(key);
    if (known != null) {
      return known;
    }
    if (shared.size() >= MOST_STATES) {
      return state;
    }
    if (state instanceof Digits digits) {
      digits.isShared = true;
    } else if (state instanceof Power power) {
      power.isShared = true;
    }
    known = shared.putIfAbsent(key, state);
    return known == null ? state : known;
  }

  private record IntegerKey(Object future) {
  }

  private record FractionKey(Object future) {
  }

  private record PowerKey(Exponents members, int sign, int exponent, int length) {
  }

  private record Exactly(BigInteger digits, int scale) {
  }

  /** What the future depends on: which borders lie how many powers of ten away, and what multiples depend on. */
  private record Future(List<Integer> crossings, Object rest) {
  }

  /** What the future behind the point depends on. */
  private record Fraction(Multiples multiples, int scale, BigDecimal remainder) {
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

  private Object integerFuture(BigInteger digits) {
    List<Integer> crossings = digits.signum() == 0 ? null : crossings(new BigDecimal(digits), digits);
    if (crossings == null) {
      return digits;
    }
    if (exponents) {
      boolean told = tens && wholePeriod != null;
      List<?> rest = told ? List.of(constant ? 0 : zeros(digits), digits.mod(wholePeriod)) : null;
      return told ? new Future(crossings, rest) : digits;
    }
    return period == null ? digits : new Future(crossings, digits.mod(period));
  }

  private static int zeros(BigInteger digits) {
    return new BigDecimal(digits).precision() - new BigDecimal(digits).stripTrailingZeros().precision();
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
    return scaled(digits.add(BigInteger.ONE), k).compareTo(border) > 0;
  }

  private Object fractionFuture(BigInteger digits, int scale) {
    Object future = exponents ? scaledFuture(digits, scale) : plainFuture(digits, scale);
    return future == null ? new Exactly(digits, scale) : future;
  }

  private Object scaledFuture(BigInteger digits, int scale) {
    if (digits.signum() == 0) {
      return constant && borders.length == 0 && zeroJoined ? Math.min(scale, 1) : null;
    }
    List<Integer> crossings = tens ? crossings(scaled(digits, -scale), digits) : null;
    return crossings == null ? null
        : new Future(crossings, constant ? Math.min(scale, 1) : List.of(scale, zeros(digits)));
  }

  private Object plainFuture(BigInteger digits, int scale) {
    BigDecimal from = scaled(digits, -scale);
    BigDecimal to = scaled(digits.add(BigInteger.ONE), -scale);
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

  /** Inside the digits, before the point or (scale ≥ 0: so many) behind it. */
  private final class Digits extends State {

    private final BigInteger digits;
    private final int scale;
    private boolean isShared;

    private Digits(BigInteger digits, int scale) {
      this.digits = digits;
      this.scale = scale;
    }

    @Override
    boolean isShared(NumberPosition state) {
      return Magnitudes.this.isShared(state);
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

  /** Inside the exponent: behind e (length 0, sign 0), its sign, or so many digits. */
  private final class Power extends State {

    private final Exponents members;
    private final int sign;
    private final int exponent;
    private final int length;
    private boolean isShared;

    private Power(Exponents members, int sign, int exponent, int length) {
      this.members = members;
      this.sign = sign;
      this.exponent = exponent;
      this.length = length;
    }

    @Override
    boolean isShared(NumberPosition state) {
      return Magnitudes.this.isShared(state);
    }

    @Override
    NumberPosition digit(int digit) {
      return length == Exponents.MOST_DIGITS ? null : power(sign == 0 ? 1 : sign, 10 * exponent + digit, length + 1);
    }

    @Override
    NumberPosition mark(char mark) {
      return length > 0 || sign != 0 ? null : switch (mark) {
        case '-' -> power(-1, 0, 0);
        case '+' -> power(1, 0, 0);
        default -> null;
      };
    }

    private NumberPosition power(int sign, int exponent, int length) {
      var after = new Power(members, sign, exponent, length);
      return after.rest() == null ? null : share(new PowerKey(members, sign, exponent, length), after);
    }

    @Override
    public boolean complete() {
      return length > 0 && members.contains(sign * exponent);
    }

    @Override
    public boolean writtenAsInteger() {
      return false;
    }

    @Override
    public String shortestCompletion() {
      if (sign != 0) {
        return rest();
      }
      String positive = new Power(members, 1, 0, 0).rest();
      String negative = new Power(members, -1, 0, 0).rest();
      return positive == null || negative != null && negative.length() + 1 < positive.length()
          ? "-" + negative : positive;
    }

    /** The fewest digits to a member; null if there are none. */
    private String rest() {
      int from = exponent;
      int to = exponent;
      for (int more = 0; more <= Exponents.MOST_DIGITS - length; more++, from *= 10, to = 10 * to + 9) {
        Integer k = length + more == 0 ? null
            : members.first(Math.min(sign * from, sign * to), Math.max(sign * from, sign * to));
        if (k != null) {
          int rest = sign * k - from;
          return more == 0 ? "" : String.format("%0" + more + "d", rest);
        }
      }
      return null;
    }
  }
}
