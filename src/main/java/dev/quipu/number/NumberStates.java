package dev.quipu.number;

import java.math.BigDecimal;
import java.math.BigInteger;

/** The beginnings of the members of one set in one spelling, in the order of JSON's grammar of a number. */
final class NumberStates {

  private final Magnitudes positive;
  private final Magnitudes negative;
  private final NumberPosition start;

  NumberStates(Decimals whole, Decimals other, Spelling spelling) {
    boolean plain = spelling == Spelling.PLAIN;
    Decimals otherwise = plain ? other.and(whole.not()) : other;
    Decimals positives = Decimals.above(BigDecimal.ZERO, true);
    Decimals negatives = Decimals.above(BigDecimal.ZERO, !plain);
    this.positive = new Magnitudes(whole.and(positives), otherwise.and(positives), !plain);
    var mirrored = new Magnitudes(whole.negated().and(negatives), otherwise.negated().and(negatives), !plain);
    this.negative = mirrored.sameAs(positive) ? positive : mirrored;
    this.start = positive.isEmpty() && negative.isEmpty() ? null : new Start(true);
  }

  NumberPosition start() {
    return start;
  }

  /** A position that remembers what follows it. */
  abstract static class State extends NumberPosition {

    private static final byte[] SYMBOLS = symbols();
    private static final NumberPosition NO_WAY = new Rest();

    private final NumberPosition[] following = new NumberPosition[14];
    /** Whether it is one of a bounded number, which may be remembered. */
    boolean isShared;

    /** Of the bytes of numbers, from 1. */
    private static byte[] symbols() {
      var symbols = new byte[256];
      String known = "0123456789.e-+";
      for (int i = 0; i < known.length(); i++) {
        symbols[known.charAt(i)] = (byte) (i + 1);
      }
      symbols['E'] = symbols['e'];
      return symbols;
    }

    @Override
    public final NumberPosition next(int b) {
      int symbol = SYMBOLS[b] - 1;
      if (symbol < 0) {
        return null;
      }
      NumberPosition known = following[symbol];
      return known == null ? found(b, symbol) : known == NO_WAY ? null : known;
    }

    private NumberPosition found(int b, int symbol) {
      NumberPosition after = symbol < 10 ? digit(symbol) : mark(Character.toLowerCase((char) b));
      if (after == null || after instanceof State state && state.isShared) {
        following[symbol] = after == null ? NO_WAY : after;
      }
      return after;
    }

    abstract NumberPosition digit(int digit);

    /** One of . e - + */
    abstract NumberPosition mark(char mark);
  }

  /** Before the first digit. */
  private final class Start extends State {

    private final boolean signMayCome;

    private Start(boolean signMayCome) {
      this.signMayCome = signMayCome;
      this.isShared = true;
    }

    @Override
    NumberPosition digit(int digit) {
      return side().integer(BigInteger.valueOf(digit));
    }

    private Magnitudes side() {
      return signMayCome ? positive : negative;
    }

    @Override
    NumberPosition mark(char mark) {
      return mark == '-' && signMayCome && !negative.isEmpty() ? new Start(false) : null;
    }

    @Override
    public boolean complete() {
      return false;
    }

    @Override
    public boolean writtenAsInteger() {
      return true;
    }

    @Override
    public String shortestCompletion() {
      if (side().isEmpty()) {
        return "-" + next('-').shortestCompletion();
      }
      String shortest = null;
      for (char digit = '0'; digit <= '9'; digit++) {
        NumberPosition next = next(digit);
        String rest = next == null ? null : digit + next.shortestCompletion();
        shortest = shortest == null || rest != null && rest.length() < shortest.length() ? rest : shortest;
      }
      return shortest;
    }
  }
}
