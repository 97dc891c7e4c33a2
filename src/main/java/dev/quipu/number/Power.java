package dev.quipu.number;

import dev.quipu.number.NumberStates.State;

/** Inside the exponent of a number: behind the e (length 0, sign 0), behind its sign, or behind so many digits. */
final class Power extends State {

  private static final int[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

  private final Magnitudes magnitudes;
  private final Exponents members;
  private final int sign;
  private final int exponent;
  private final int length;

  /** Behind the e. */
  Power(Magnitudes magnitudes, Exponents members) {
    this(magnitudes, members, 0, 0, 0);
  }

  private Power(Magnitudes magnitudes, Exponents members, int sign, int exponent, int length) {
    this.magnitudes = magnitudes;
    this.members = members;
    this.sign = sign;
    this.exponent = exponent;
    this.length = length;
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
    var after = new Power(magnitudes, members, sign, exponent, length);
    return after.first() == null ? null : magnitudes.share(after.future(), after);
  }

  private Object future() {
    int belong = 0;
    for (int more = 0; more <= Exponents.MOST_DIGITS - length; more++) {
      boolean all = members.containsAll(least(more), most(more));
      if (!all && members.first(least(more), most(more)) != null) {
        return new Signed(members, sign, exponent, length);
      }
      belong |= (all ? 1 : 0) << more;
    }
    return new Uniform(length, belong);
  }

  private record Signed(Exponents members, int sign, int exponent, int length) {
  }

  /** Bit i: whether all exponents of i more digits belong, and else none. */
  private record Uniform(int length, int belong) {
  }

  /** Of the exponents with so many more digits. */
  private int least(int more) {
    return sign < 0 ? -(exponent * POWERS[more] + POWERS[more] - 1) : exponent * POWERS[more];
  }

  private int most(int more) {
    return least(more) + POWERS[more] - 1;
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
    var positive = new Power(magnitudes, members, 1, 0, 0);
    var negative = new Power(magnitudes, members, -1, 0, 0);
    if (positive.first() == null) {
      return "-" + negative.rest();
    }
    return negative.first() != null && negative.rest().length() + 1 < positive.rest().length()
        ? "-" + negative.rest() : positive.rest();
  }

  /** The fewest digits to a member. */
  private String rest() {
    int[] first = first();
    int digits = sign * first[1] - exponent * POWERS[first[0]];
    return first[0] == 0 ? "" : String.format("%0" + first[0] + "d", digits);
  }

  /** With how many more digits there is an exponent that belongs, and which; null if there is none. */
  private int[] first() {
    for (int more = length == 0 ? 1 : 0; more <= Exponents.MOST_DIGITS - length; more++) {
      Integer k = members.first(least(more), most(more));
      if (k != null) {
        return new int[] {more, k};
      }
    }
    return null;
  }
}
