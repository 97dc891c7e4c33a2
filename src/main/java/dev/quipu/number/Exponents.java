package dev.quipu.number;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/** The exponents that make given digits a member of a set: ranges of integers. Immutable. */
final class Exponents {

  /** Digits an exponent may have. */
  static final int MOST_DIGITS = 6;
  private static final int MOST = 999_999;

  private final int[] ranges; // first and last of each, ascending

  private Exponents(int[] ranges) {
    this.ranges = ranges;
  }

  /** The k for which digits·10^(k − scale) is a member. */
  static Exponents of(Decimals set, BigInteger digits, int scale) {
    var builder = new Builder(scale);
    int least = -MOST - scale;
    int most = MOST - scale;
    if (digits.signum() == 0) {
      if (set.contains(BigDecimal.ZERO)) {
        builder.add(least, most);
      }
      return builder.end();
    }
    BigDecimal[] borders = set.borders();
    int from = least;
    for (int i = 0; i < borders.length; i++) {
      if (borders[i].signum() > 0) {
        from = below(set, i, digits, from, builder);
      }
    }
    addBetween(set.interval(borders.length), digits, from, most, builder);
    return builder.end();
  }

  /** Adds what lies before a border, and the border itself; returns the first exponent behind. */
  private static int below(Decimals set, int i, BigInteger digits, int from, Builder builder) {
    BigDecimal border = set.borders()[i];
    int at = Multiples.exponent(border) - Multiples.exponent(new BigDecimal(digits));
    var value = new BigDecimal(digits, -at);
    int order = value.compareTo(border);
    addBetween(set.interval(i), digits, from, order < 0 ? at : at - 1, builder);
    if (order == 0 && set.contains(border)) {
      builder.add(at, at);
    }
    return order <= 0 ? at + 1 : at;
  }

  private static void addBetween(Multiples interval, BigInteger digits, int from, int to, Builder builder) {
    if (from <= to) {
      interval.exponents(digits, from, to, builder);
    }
  }

  boolean isEmpty() {
    return ranges.length == 0;
  }

  boolean contains(int k) {
    return first(k, k) != null;
  }

  boolean containsAll(int from, int to) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= from && ranges[i + 1] >= to) {
        return true;
      }
    }
    return false;
  }

  /** The first in from…to; null if there is none. */
  Integer first(int from, int to) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= to && ranges[i + 1] >= from) {
        return Math.max(from, ranges[i]);
      }
    }
    return null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Exponents that && Arrays.equals(ranges, that.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }

  /** Takes ranges in order. */
  static final class Builder {

    private final int shift;
    private int[] ranges = new int[8];
    private int length;

    private Builder(int shift) {
      this.shift = shift;
    }

    void add(int from, int to) {
      int first = from + shift;
      if (length > 0 && ranges[length - 1] == first - 1) {
        ranges[length - 1] = to + shift;
        return;
      }
      if (length == ranges.length) {
        ranges = Arrays.copyOf(ranges, 2 * length);
      }
      ranges[length++] = first;
      ranges[length++] = to + shift;
    }

    private Exponents end() {
      return new Exponents(Arrays.copyOf(ranges, length));
    }
  }
}
