package dev.quipu.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A set of decimals: borders cut the line into points and open intervals, and in each interval only multiples matter.
 * Immutable and normal: no border that makes no difference, and an interval without members says so.
 */
final class Decimals {

  static final Decimals NONE = new Decimals(List.of(), List.of(), List.of(Multiples.NONE));
  static final Decimals ALL = new Decimals(List.of(), List.of(), List.of(Multiples.ALL));
  static final Decimals INTEGERS = multipleOf(BigDecimal.ONE);

  private final BigDecimal[] borders; // ascending
  private final boolean[] in; // whether a border is a member
  private final Multiples[] intervals; // [i] lies before borders[i], the last one behind all
  private final List<BigDecimal> divisors;
  private final int hash;

  private Decimals(List<BigDecimal> borders, List<Boolean> in, List<Multiples> intervals) {
    this.borders = borders.toArray(BigDecimal[]::new);
    this.in = new boolean[in.size()];
    for (int i = 0; i < this.in.length; i++) {
      this.in[i] = in.get(i);
    }
    this.intervals = intervals.toArray(Multiples[]::new);
    this.divisors = divisors(this.intervals);
    this.hash = 31 * (31 * Arrays.hashCode(this.borders) + Arrays.hashCode(this.in)) + Arrays.hashCode(this.intervals);
  }

  static Decimals multipleOf(BigDecimal divisor) {
    return new Decimals(List.of(), List.of(), List.of(Multiples.of(divisor)));
  }

  static Decimals above(BigDecimal border, boolean inclusive) {
    return new Decimals(List.of(border), List.of(inclusive), List.of(Multiples.NONE, Multiples.ALL));
  }

  /** The values, which are without zeros at the end. */
  static Decimals of(Collection<BigDecimal> values) {
    var sorted = new TreeSet<>(values);
    var in = new ArrayList<Boolean>();
    var intervals = new ArrayList<>(List.of(Multiples.NONE));
    for (int i = 0; i < sorted.size(); i++) {
      in.add(true);
      intervals.add(Multiples.NONE);
    }
    return new Decimals(List.copyOf(sorted), in, intervals);
  }

  Decimals and(Decimals other) {
    if (this == other || other == ALL || this == NONE) {
      return this;
    }
    return this == ALL || other == NONE ? other : combine(other, true);
  }

  Decimals or(Decimals other) {
    if (this == other || other == NONE || this == ALL) {
      return this;
    }
    return this == NONE || other == ALL ? other : combine(other, false);
  }

  Decimals not() {
    var normal = new Builder();
    for (int i = 0; i < borders.length; i++) {
      normal.add(intervals[i].not(), borders[i], !in[i]);
    }
    return normal.end(intervals[borders.length].not());
  }

  Decimals negated() {
    int n = borders.length;
    var normal = new Builder();
    for (int i = n - 1; i >= 0; i--) {
      normal.add(intervals[i + 1], borders[i].negate(), in[i]);
    }
    return normal.end(intervals[0]);
  }

  private Decimals combine(Decimals other, boolean and) {
    var normal = new Builder();
    int i = 0;
    int j = 0;
    while (i < borders.length || j < other.borders.length) {
      int order = i == borders.length ? 1 : j == other.borders.length ? -1 : borders[i].compareTo(other.borders[j]);
      BigDecimal border = order <= 0 ? borders[i] : other.borders[j];
      Multiples before = combine(intervals[i], other.intervals[j], and);
      boolean mine = order <= 0 ? in[i] : intervals[i].contains(border);
      boolean its = order >= 0 ? other.in[j] : other.intervals[j].contains(border);
      normal.add(before, border, and ? mine && its : mine || its);
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return normal.end(combine(intervals[i], other.intervals[j], and));
  }

  private static Multiples combine(Multiples a, Multiples b, boolean and) {
    if (a == b || a.equals(b)) {
      return a;
    }
    if (a == Multiples.ALL || a == Multiples.NONE) {
      return and == (a == Multiples.ALL) ? b : a;
    }
    if (b == Multiples.ALL || b == Multiples.NONE) {
      return and == (b == Multiples.ALL) ? a : b;
    }
    return and ? a.and(b) : a.or(b);
  }

  boolean isEmpty() {
    return borders.length == 0 && intervals[0] == Multiples.NONE;
  }

  boolean contains(BigDecimal x) {
    int at = Arrays.binarySearch(borders, x);
    return at >= 0 ? in[at] : intervals[-1 - at].contains(x);
  }

  BigDecimal[] borders() {
    return borders;
  }

  /** What matters between the border of this index and the one before. */
  Multiples interval(int i) {
    return intervals[i];
  }

  /** What matters just above a value. */
  Multiples above(BigDecimal x) {
    int at = Arrays.binarySearch(borders, x);
    return intervals[at >= 0 ? at + 1 : -1 - at];
  }

  /** Of all intervals. */
  List<BigDecimal> divisors() {
    return divisors;
  }

  private static List<BigDecimal> divisors(Multiples[] intervals) {
    var all = new TreeSet<BigDecimal>();
    for (Multiples interval : intervals) {
      all.addAll(interval.divisors());
    }
    return List.copyOf(all);
  }

  /** Of a power of ten, at most 1, below which there are no positive members, if what is just above 0 is not dense. */
  int leastExponent() {
    int at = Arrays.binarySearch(borders, BigDecimal.ZERO);
    int i = at >= 0 ? at + 1 : -1 - at;
    int least = i < borders.length ? Math.min(0, Multiples.exponent(borders[i])) : 0;
    return divisors.isEmpty() ? least : Math.min(least, Multiples.exponent(divisors.getFirst()));
  }

  /** Whether some member is at least lo and below hi, which is greater; null is infinite. */
  boolean meets(BigDecimal lo, BigDecimal hi) {
    int at = Arrays.binarySearch(borders, lo);
    if (at >= 0 && in[at]) {
      return true;
    }
    int i = at >= 0 ? at + 1 : -1 - at;
    boolean inclusive = at < 0;
    BigDecimal from = lo;
    for (; i < borders.length && (hi == null || borders[i].compareTo(hi) < 0); i++) {
      if (in[i] || intervals[i].meets(from, inclusive, borders[i])) {
        return true;
      }
      from = borders[i];
      inclusive = false;
    }
    return intervals[i].meets(from, inclusive, hi);
  }

  /** A member as in {@link #meets} with few digits behind the point; null if there is none. */
  BigDecimal simplest(BigDecimal lo, BigDecimal hi) {
    int at = Arrays.binarySearch(borders, lo);
    BigDecimal simplest = at >= 0 && in[at] ? lo.stripTrailingZeros() : null;
    int i = at >= 0 ? at + 1 : -1 - at;
    boolean inclusive = at < 0;
    BigDecimal from = lo;
    for (; i < borders.length && (hi == null || borders[i].compareTo(hi) < 0); i++) {
      if (simplest != null && simplest.scale() <= 0) {
        return simplest;
      }
      simplest = Multiples.simpler(simplest, intervals[i].simplest(from, inclusive, borders[i]));
      simplest = Multiples.simpler(simplest, in[i] ? borders[i] : null);
      from = borders[i];
      inclusive = false;
    }
    return Multiples.simpler(simplest, intervals[i].simplest(from, inclusive, hi));
  }

  /** How many members there are, up to the limit. */
  long count(long limit) {
    BigInteger most = BigInteger.valueOf(limit);
    BigInteger count = BigInteger.ZERO;
    for (int i = 0; i <= borders.length && count.compareTo(most) < 0; i++) {
      BigInteger between = intervals[i].count(i == 0 ? null : borders[i - 1], i == borders.length ? null : borders[i]);
      if (between == null) {
        return limit;
      }
      count = count.add(between).add(i < borders.length && in[i] ? BigInteger.ONE : BigInteger.ZERO);
    }
    return count.min(most).longValueExact();
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Decimals that && hash == that.hash && Arrays.equals(in, that.in)
        && Arrays.equals(borders, that.borders) && Arrays.equals(intervals, that.intervals);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    var text = new StringBuilder().append(intervals[0]);
    for (int i = 0; i < borders.length; i++) {
      text.append(in[i] ? " +" : " -").append(borders[i]).append(' ').append(intervals[i + 1]);
    }
    return text.toString();
  }

  /** Takes intervals and borders in order. */
  private static final class Builder {

    private final List<BigDecimal> borders = new ArrayList<>();
    private final List<Boolean> in = new ArrayList<>();
    private final List<Multiples> intervals = new ArrayList<>();

    /** An interval up to a border, and whether that is a member. */
    void add(Multiples interval, BigDecimal border, boolean isIn) {
      addInterval(interval, border);
      borders.add(border);
      in.add(isIn);
    }

    private void addInterval(Multiples interval, BigDecimal end) {
      BigDecimal start = borders.isEmpty() ? null : borders.getLast();
      if (start != null && intervals.getLast().contains(start) == in.getLast()
          && intervals.getLast().isSame(interval, start, end)) {
        borders.removeLast();
        in.removeLast();
      } else {
        intervals.add(interval.meets(start, false, end) ? interval : Multiples.NONE);
      }
    }

    Decimals end(Multiples last) {
      addInterval(last, null);
      if (borders.isEmpty() && (intervals.getFirst() == Multiples.ALL || intervals.getFirst() == Multiples.NONE)) {
        return intervals.getFirst() == Multiples.ALL ? ALL : NONE;
      }
      return new Decimals(borders, in, intervals);
    }
  }
}
