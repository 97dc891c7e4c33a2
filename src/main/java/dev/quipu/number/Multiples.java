package dev.quipu.number;

import dev.quipu.QuipuException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongBinaryOperator;

/**
 * Which decimals belong to a set, told by what they are multiples of: a truth table over a few divisors. Immutable;
 * knows no bounds.
 */
final class Multiples {

  /** So many divisors a table of 64 rows can tell apart. */
  static final int MOST_DIVISORS = 6;
  /** Of the least common multiple of all divisors. */
  static final int MOST_DIGITS = 1_000;
  /** Among so many integers in a row one is divisible by none of six others (Jacobsthal's function: 22). */
  private static final int RUN = 22;

  static final Multiples NONE = new Multiples(List.of(), 0);
  static final Multiples ALL = new Multiples(List.of(), 1);

  private final List<BigDecimal> divisors; // ascending
  private final long table; // bit r: whether the multiples of exactly the divisors in r's bits belong
  private final List<Row> rows; // those of the table that belong, but for row 0

  private Multiples(List<BigDecimal> divisors, long table) {
    this.divisors = divisors;
    this.table = table;
    this.rows = rows();
  }

  static Multiples of(BigDecimal divisor) {
    return new Multiples(List.of(divisor), 0b10);
  }

  Multiples and(Multiples other) {
    return combine(other, (a, b) -> a & b);
  }

  Multiples or(Multiples other) {
    return combine(other, (a, b) -> a | b);
  }

  Multiples not() {
    return this == NONE ? ALL : this == ALL ? NONE : reduced(divisors, ~table);
  }

  private Multiples combine(Multiples other, LongBinaryOperator operator) {
    var all = new TreeSet<>(divisors);
    all.addAll(other.divisors);
    requireFew(all.size());
    List<BigDecimal> union = List.copyOf(all);
    return reduced(union, operator.applyAsLong(spread(union), other.spread(union)));
  }

  static void requireFew(int count) {
    if (count > MOST_DIVISORS) {
      throw new QuipuException("numbers are told apart by " + count + " different multipleOf at once (counting that of"
          + " integers); the limit is " + MOST_DIVISORS);
    }
  }

  /** The table over more divisors. */
  private long spread(List<BigDecimal> union) {
    long spread = 0;
    for (int row = 0; row < 1 << union.size(); row++) {
      int own = 0;
      for (int i = 0; i < divisors.size(); i++) {
        own |= (row >> union.indexOf(divisors.get(i)) & 1) << i;
      }
      spread |= (table >> own & 1) << row;
    }
    return spread;
  }

  /** Without rows that no number has and without divisors that make no difference. */
  private static Multiples reduced(List<BigDecimal> divisors, long table) {
    long possible = possible(divisors);
    for (int i = divisors.size() - 1; i >= 0; i--) {
      if (!matters(i, divisors.size(), table, possible)) {
        var fewer = new ArrayList<>(divisors);
        fewer.remove(i);
        return reduced(List.copyOf(fewer), without(i, divisors.size(), table & possible));
      }
    }
    if (divisors.isEmpty()) {
      return (table & 1) == 0 ? NONE : ALL;
    }
    return new Multiples(divisors, table & possible);
  }

  private static long possible(List<BigDecimal> divisors) {
    long possible = 0;
    for (int row = 0; row < 1 << divisors.size(); row++) {
      possible |= (isPossible(divisors, row) ? 1L : 0) << row;
    }
    return possible;
  }

  private static boolean isPossible(List<BigDecimal> divisors, int row) {
    if (row == 0) {
      return true;
    }
    BigDecimal step = leastCommon(divisors, row);
    for (int i = 0; i < divisors.size(); i++) {
      if ((row >> i & 1) == 0 && isMultiple(step, divisors.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matters(int divisor, int count, long table, long possible) {
    for (int row = 0; row < 1 << count; row++) {
      int with = row | 1 << divisor;
      if (row != with && (possible >> row & possible >> with & (table >> row ^ table >> with) & 1) != 0) {
        return true;
      }
    }
    return false;
  }

  private static long without(int divisor, int count, long table) {
    long fewer = 0;
    int to = 0;
    for (int row = 0; row < 1 << count; row++) {
      if ((row >> divisor & 1) == 0) {
        fewer |= ((table >> row | table >> (row | 1 << divisor)) & 1) << to++;
      }
    }
    return fewer;
  }

  private static BigDecimal leastCommon(List<BigDecimal> divisors, int row) {
    BigDecimal least = null;
    for (int i = 0; i < divisors.size(); i++) {
      if ((row >> i & 1) != 0) {
        least = least == null ? divisors.get(i) : leastCommonMultiple(least, divisors.get(i));
      }
    }
    return least;
  }

  static BigDecimal leastCommonMultiple(BigDecimal a, BigDecimal b) {
    int scale = Math.max(a.scale(), b.scale());
    BigInteger m = a.setScale(scale).unscaledValue();
    BigInteger n = b.setScale(scale).unscaledValue();
    BigInteger least = m.divide(m.gcd(n)).multiply(n);
    var common = new BigDecimal(least, scale).stripTrailingZeros();
    if (common.precision() > MOST_DIGITS) {
      throw new QuipuException("the least common multiple of the multipleOf has " + common.precision()
          + " digits; the limit is " + MOST_DIGITS);
    }
    return common;
  }

  /** Exponents may be huge: nothing is computed that is longer than the digits given. */
  static boolean isMultiple(BigDecimal x, BigDecimal divisor) {
    BigInteger digits = x.unscaledValue();
    BigInteger of = divisor.unscaledValue();
    int shift = divisor.scale() - x.scale();
    if (shift >= 0) {
      return digits.mod(of).multiply(BigInteger.TEN.modPow(BigInteger.valueOf(shift), of)).mod(of).signum() == 0;
    }
    return digits.signum() == 0
        || -shift < x.precision() && digits.mod(of.multiply(BigInteger.TEN.pow(-shift))).signum() == 0;
  }

  List<BigDecimal> divisors() {
    return divisors;
  }

  boolean contains(BigDecimal x) {
    int row = 0;
    for (int i = 0; i < divisors.size(); i++) {
      row |= (isMultiple(x, divisors.get(i)) ? 1 : 0) << i;
    }
    return contains(row);
  }

  private boolean contains(int row) {
    return (table >> row & 1) != 0;
  }

  /** Whether every open interval has members. */
  boolean isDense() {
    return contains(0);
  }

  /** Whether some member lies above (or, inclusive, at) lo and below hi, which is greater; null is infinite. */
  boolean meets(BigDecimal lo, boolean inclusive, BigDecimal hi) {
    if (table == 0 || isDense() || lo == null || hi == null) {
      return table != 0;
    }
    for (Row row : rows) {
      if (row.first(lo, inclusive, hi) != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether both have the same members between lo and hi, as far as it is simple to tell. */
  boolean isSame(Multiples other, BigDecimal lo, BigDecimal hi) {
    if (equals(other)) {
      return true;
    }
    var all = new TreeSet<>(divisors);
    all.addAll(other.divisors);
    return all.size() <= MOST_DIVISORS && !combine(other, (a, b) -> a ^ b).meets(lo, false, hi);
  }

  /** A member as in {@link #meets} with few digits behind the point; null if there is none. lo is finite. */
  BigDecimal simplest(BigDecimal lo, boolean inclusive, BigDecimal hi) {
    BigDecimal simplest = isDense() ? simplestOfMany(lo, inclusive, hi) : null;
    for (Row row : rows) {
      simplest = simpler(simplest, row.first(lo, inclusive, hi));
    }
    return simplest;
  }

  static BigDecimal simpler(BigDecimal a, BigDecimal b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    int byScale = Integer.compare(Math.max(0, a.scale()), Math.max(0, b.scale()));
    return byScale < 0 || byScale == 0 && a.abs().compareTo(b.abs()) <= 0 ? a : b;
  }

  private BigDecimal simplestOfMany(BigDecimal lo, boolean inclusive, BigDecimal hi) {
    int scale = hi == null ? 0 : Math.max(0, -exponent(hi.subtract(lo)) - 1);
    while (true) {
      BigInteger n = lo.setScale(scale, RoundingMode.CEILING).unscaledValue();
      for (int i = 0; i <= 2 * RUN; i++) {
        var x = new BigDecimal(n.add(BigInteger.valueOf(i)), scale);
        if (hi != null && x.compareTo(hi) >= 0) {
          break;
        }
        if ((inclusive || x.compareTo(lo) > 0) && contains(x)) {
          return x.stripTrailingZeros();
        }
      }
      scale++;
    }
  }

  /** Of the power of ten of the first digit. */
  static int exponent(BigDecimal x) {
    return x.precision() - x.scale() - 1;
  }

  /** How many members lie between the two; null if infinitely many do. */
  BigInteger count(BigDecimal lo, BigDecimal hi) {
    if (table == 0) {
      return BigInteger.ZERO;
    }
    if (isDense() || lo == null || hi == null) {
      return null;
    }
    BigInteger count = BigInteger.ZERO;
    for (Row row : rows) {
      count = count.add(row.count(lo, hi));
    }
    return count;
  }

  /** The same between lo and hi (exclusive), where some divisors have no multiples. */
  Multiples between(BigDecimal lo, BigDecimal hi) {
    for (int i = 0; i < divisors.size(); i++) {
      if (new Row(divisors.get(i), List.of()).first(lo, true, hi) == null) {
        return not(i).between(lo, hi);
      }
    }
    return this;
  }

  /** The same among what is no multiple of a divisor. */
  private Multiples not(int divisor) {
    long never = 0;
    for (int row = 0; row < 1 << divisors.size(); row++) {
      never |= (table >> (row & ~(1 << divisor)) & 1) << row;
    }
    var fewer = new ArrayList<>(divisors);
    fewer.remove(divisor);
    return reduced(List.copyOf(fewer), without(divisor, divisors.size(), never));
  }

  /** The exponents k in from…to for which digits·10^k is a member. */
  void exponents(BigInteger digits, int from, int to, Exponents.Builder builder) {
    var starts = new long[divisors.size()];
    var cuts = new TreeSet<Long>(List.of((long) from));
    for (int i = 0; i < starts.length; i++) {
      starts[i] = firstExponent(digits, divisors.get(i));
      if (starts[i] > from && starts[i] <= to) {
        cuts.add(starts[i]);
      }
    }
    for (long cut : cuts) {
      int row = 0;
      for (int i = 0; i < starts.length; i++) {
        row |= (starts[i] <= cut ? 1 : 0) << i;
      }
      if (contains(row)) {
        Long end = cuts.higher(cut);
        builder.add((int) cut, end == null ? to : (int) (end - 1));
      }
    }
  }

  /** The least k for which digits·10^k is a multiple of the divisor. */
  private static long firstExponent(BigInteger digits, BigDecimal divisor) {
    return digits.mod(coprime(divisor)).signum() == 0 ? firstScale(digits, divisor) : Long.MAX_VALUE;
  }

  /** The same for the divisor's twos and fives only. */
  static long firstScale(BigInteger digits, BigDecimal divisor) {
    BigInteger of = divisor.unscaledValue();
    int twos = of.getLowestSetBit() - digits.getLowestSetBit();
    return (long) Math.max(twos, fives(of) - fives(digits)) - divisor.scale();
  }

  /** What is left of a divisor's digits without twos and fives. */
  private static BigInteger coprime(BigDecimal divisor) {
    BigInteger of = divisor.unscaledValue();
    return of.shiftRight(of.getLowestSetBit()).divide(FIVE.pow(fives(of)));
  }

  /**
   * A number n for which digits and digits + n, if more digits are appended to them, are multiples of divisor·10^k for
   * the same k; but where only zeros are appended, that depends on {@link #firstScale} too. If what is appended is
   * divisible by 2 as often as there are digits of it, it is less often by 5, which then decides up to as many twos as
   * the divisor has more of than fives.
   */
  static BigDecimal scaledPeriod(BigDecimal divisor) {
    BigInteger of = divisor.unscaledValue();
    int twos = of.getLowestSetBit() - fives(of);
    BigInteger power = twos > 0 ? BigInteger.TWO.pow(twos - 1) : FIVE.pow(Math.max(0, -twos - 1));
    return new BigDecimal(coprime(divisor).multiply(power)).stripTrailingZeros();
  }

  private static int fives(BigInteger n) {
    int fives = 0;
    for (BigInteger[] by = n.divideAndRemainder(FIVE); by[1].signum() == 0; by = by[0].divideAndRemainder(FIVE)) {
      fives++;
    }
    return fives;
  }

  private static final BigInteger FIVE = BigInteger.valueOf(5);

  private List<Row> rows() {
    var found = new ArrayList<Row>();
    for (int row = 1; row < 1 << divisors.size(); row++) {
      if (contains(row)) {
        found.add(row(row));
      }
    }
    return found;
  }

  private Row row(int row) {
    BigDecimal step = leastCommon(divisors, row);
    var without = new ArrayList<BigInteger>();
    for (int i = 0; i < divisors.size(); i++) {
      if ((row >> i & 1) == 0) {
        without.add(leastCommonMultiple(step, divisors.get(i)).divideToIntegralValue(step).toBigIntegerExact());
      }
    }
    return new Row(step, without);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Multiples that && table == that.table && divisors.equals(that.divisors);
  }

  @Override
  public int hashCode() {
    return 31 * divisors.hashCode() + Long.hashCode(table);
  }

  @Override
  public String toString() {
    return divisors + ":" + Long.toBinaryString(table);
  }

  /** The multiples n·step of which n is divisible by none of some others. */
  private record Row(BigDecimal step, List<BigInteger> without) {

    BigDecimal first(BigDecimal lo, boolean inclusive, BigDecimal hi) {
      BigInteger n = lo.divide(step, 0, inclusive ? RoundingMode.CEILING : RoundingMode.FLOOR).unscaledValue();
      if (!inclusive) {
        n = n.add(BigInteger.ONE);
      }
      for (int i = 0; i < RUN; i++, n = n.add(BigInteger.ONE)) {
        BigDecimal x = step.multiply(new BigDecimal(n));
        if (hi != null && x.compareTo(hi) >= 0) {
          return null;
        }
        if (isFree(n)) {
          return x.stripTrailingZeros();
        }
      }
      throw new AssertionError(this);
    }

    private boolean isFree(BigInteger n) {
      for (BigInteger divisor : without) {
        if (n.mod(divisor).signum() == 0) {
          return false;
        }
      }
      return true;
    }

    BigInteger count(BigDecimal lo, BigDecimal hi) {
      BigInteger before = lo.divide(step, 0, RoundingMode.FLOOR).unscaledValue();
      BigInteger last = hi.divide(step, 0, RoundingMode.CEILING).unscaledValue().subtract(BigInteger.ONE);
      return count(before, last, BigInteger.ONE, 0);
    }

    /** Inclusion and exclusion: the multiples of divisor less those of each of the others from index on. */
    private BigInteger count(BigInteger before, BigInteger last, BigInteger divisor, int index) {
      BigInteger count = floor(last, divisor).subtract(floor(before, divisor));
      for (int i = index; i < without.size(); i++) {
        BigInteger other = without.get(i);
        BigInteger both = divisor.divide(divisor.gcd(other)).multiply(other);
        count = count.subtract(count(before, last, both, i + 1));
      }
      return count;
    }

    private static BigInteger floor(BigInteger n, BigInteger divisor) {
      return n.subtract(n.mod(divisor)).divide(divisor);
    }
  }
}
