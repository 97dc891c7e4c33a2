package dev.quipu.number;

import dev.quipu.QuipuException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A set of numbers, closed under and, or, not; exact. A number is a decimal and whether it is written as an integer,
 * without point and exponent: that is what draft 4 of JSON schema calls an integer. Immutable; equal if
 * bounds and multiples are the same once they are simplified ({@link #ALL} and {@link #NONE} are always found).
 */
public final class NumberSet {

  /** Of a bound's or multiple's digits before and behind the point. */
  private static final int MOST_DIGITS = 500;

  public static final NumberSet ALL = new NumberSet(Decimals.INTEGERS, Decimals.ALL);
  public static final NumberSet NONE = new NumberSet(Decimals.NONE, Decimals.NONE);
  /** Every value without a fraction, however it is written. */
  public static final NumberSet INTEGERS = new NumberSet(Decimals.INTEGERS, Decimals.INTEGERS);
  /** Without point and exponent. */
  public static final NumberSet WRITTEN_AS_INTEGER = new NumberSet(Decimals.INTEGERS, Decimals.NONE);

  private final Decimals whole; // of what is written as an integer; all of them are
  private final Decimals other; // of what is written otherwise
  private final NumberStates[] states = new NumberStates[Spelling.values().length];

  private NumberSet(Decimals whole, Decimals other) {
    this.whole = whole;
    this.other = other;
  }

  private static NumberSet of(Decimals whole, Decimals other) {
    for (NumberSet known : KNOWN) {
      if (known.other.equals(other) && known.whole.equals(whole)) {
        return known;
      }
    }
    requireFew(whole, other);
    return new NumberSet(whole, other);
  }

  private static final NumberSet[] KNOWN = {ALL, NONE, INTEGERS, WRITTEN_AS_INTEGER};

  private static NumberSet of(Decimals set) {
    return of(set.and(Decimals.INTEGERS), set);
  }

  /** So that nothing that is computed later can be too complex. */
  private static void requireFew(Decimals whole, Decimals other) {
    var divisors = new TreeSet<>(whole.divisors());
    divisors.addAll(other.divisors());
    divisors.add(BigDecimal.ONE);
    Multiples.requireFew(divisors.size());
    divisors.stream().reduce(Multiples::leastCommonMultiple);
  }

  public static NumberSet atLeast(BigDecimal bound) {
    return of(Decimals.above(checked("minimum", bound), true));
  }

  public static NumberSet above(BigDecimal bound) {
    return of(Decimals.above(checked("exclusiveMinimum", bound), false));
  }

  public static NumberSet atMost(BigDecimal bound) {
    return of(Decimals.above(checked("maximum", bound), false).not());
  }

  public static NumberSet below(BigDecimal bound) {
    return of(Decimals.above(checked("exclusiveMaximum", bound), true).not());
  }

  public static NumberSet multipleOf(BigDecimal divisor) {
    if (divisor.signum() <= 0) {
      throw new QuipuException("multipleOf must be above 0 but is " + divisor);
    }
    return of(Decimals.multipleOf(checked("multipleOf", divisor)));
  }

  public static NumberSet equalTo(BigDecimal value) {
    return values(List.of(value));
  }

  /** Those equal to one of the values. */
  public static NumberSet values(Collection<BigDecimal> values) {
    return of(Decimals.of(values.stream().map(value -> checked("a value", value)).toList()));
  }

  private static BigDecimal checked(String name, BigDecimal number) {
    var stripped = number.stripTrailingZeros();
    if (stripped.scale() > MOST_DIGITS || (long) stripped.precision() - stripped.scale() > MOST_DIGITS) {
      throw new QuipuException(name + " is a number of more than " + MOST_DIGITS
          + " digits before or behind the point, which is the limit");
    }
    return stripped;
  }

  public NumberSet and(NumberSet with) {
    return this == ALL || this == with ? with : with == ALL ? this : of(whole.and(with.whole), other.and(with.other));
  }

  public NumberSet or(NumberSet with) {
    return this == NONE || this == with ? with : with == NONE ? this : of(whole.or(with.whole), other.or(with.other));
  }

  public NumberSet not() {
    return of(Decimals.INTEGERS.and(whole.not()), other.not());
  }

  public boolean isEmpty() {
    return this == NONE;
  }

  public boolean contains(BigDecimal value, boolean writtenAsInteger) {
    return (writtenAsInteger ? whole : other).contains(value);
  }

  /** How many values are members in some spelling, up to a limit. */
  public long count(long limit) {
    return whole.or(other).count(limit);
  }

  /** A simple member; null if there is none. */
  public BigDecimal example() {
    Decimals values = whole.or(other);
    BigDecimal above = values.simplest(BigDecimal.ZERO, null);
    return above != null && above.signum() == 0 ? above : Multiples.simpler(above, negative(values));
  }

  private static BigDecimal negative(Decimals values) {
    BigDecimal magnitude = values.negated().simplest(BigDecimal.ZERO, null);
    return magnitude == null ? null : magnitude.negate();
  }

  /** What the beginnings of members are, in this spelling. */
  NumberStates states(Spelling spelling) {
    NumberStates known = states[spelling.ordinal()];
    return known == null ? made(spelling) : known;
  }

  private synchronized NumberStates made(Spelling spelling) {
    if (states[spelling.ordinal()] == null) {
      states[spelling.ordinal()] = new NumberStates(whole, other, spelling);
    }
    return states[spelling.ordinal()];
  }

  @Override
  public boolean equals(Object object) {
    return this == object
        || object instanceof NumberSet that && other.equals(that.other) && whole.equals(that.whole);
  }

  @Override
  public int hashCode() {
    return 31 * whole.hashCode() + other.hashCode();
  }

  @Override
  public String toString() {
    return whole + " / " + other;
  }
}
