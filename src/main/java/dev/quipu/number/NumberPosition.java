package dev.quipu.number;

import dev.quipu.mask.Lexeme;
import java.math.BigDecimal;

/**
 * The beginning of a JSON number that can still become a member of a set. Immutable. Unless it keeps its value, a
 * position is a state that all beginnings with the same future share.
 */
public abstract class NumberPosition extends Lexeme {

  /** A number of more digits is offered no more of them than it takes to end. */
  public static final int MOST_DIGITS = 1_000;

  NumberPosition() {
  }

  /** Before the first byte, without keeping the value; null if the set is empty. */
  public static NumberPosition start(NumberSet set, Spelling spelling) {
    return set.states(spelling).start();
  }

  /** Before the first byte; if asked for, positions keep the value and are not shared. */
  public static NumberPosition start(NumberSet set, Spelling spelling, boolean keepValue) {
    NumberPosition start = start(set, spelling);
    return start == null || !keepValue ? start : new Kept(start, "");
  }

  /** After one more byte; null if no member is spelled so. */
  @Override
  public abstract NumberPosition next(int b);

  /** A number in a document ends before a comma, a closing bracket or a blank. */
  @Override
  public boolean endsBefore(int b) {
    return complete() && (b == ',' || b == '}' || b == ']' || b == ' ' || b == '\n' || b == '\r' || b == '\t');
  }

  /** Whether what is written is a member. */
  public abstract boolean complete();

  /** Whether there is neither a point nor an exponent so far. */
  public abstract boolean writtenAsInteger();

  /** The rest of a member, short; empty if what is written is one. */
  public abstract String shortestCompletion();

  /** The value of a complete number, if it is kept. */
  public BigDecimal value() {
    throw new IllegalStateException("the position does not keep the value of its number");
  }

  /** A state with the text that led to it. */
  private static final class Kept extends NumberPosition {

    private final NumberPosition state;
    private final String text;

    private Kept(NumberPosition state, String text) {
      this.state = state;
      this.text = text;
    }

    @Override
    public NumberPosition next(int b) {
      NumberPosition next = text.length() < MOST_DIGITS ? state.next(b) : new Rest(state).next(b);
      return next == null ? null : new Kept(next, text + (char) b);
    }

    @Override
    public boolean complete() {
      return state.complete();
    }

    @Override
    public boolean writtenAsInteger() {
      return state.writtenAsInteger();
    }

    @Override
    public String shortestCompletion() {
      return state.shortestCompletion();
    }

    @Override
    public BigDecimal value() {
      return new BigDecimal(text);
    }
  }

  /** Behind the limit of digits: only one way is left. */
  static final class Rest extends NumberPosition {

    private final String rest;
    private final boolean isInteger;

    Rest() {
      this("", false);
    }

    Rest(NumberPosition of) {
      this(of.shortestCompletion(), of.writtenAsInteger());
    }

    private Rest(String rest, boolean isInteger) {
      this.rest = rest;
      this.isInteger = isInteger;
    }

    @Override
    public NumberPosition next(int b) {
      return rest.isEmpty() || rest.charAt(0) != b ? null
          : new Rest(rest.substring(1), isInteger && b >= '0' && b <= '9');
    }

    @Override
    public boolean complete() {
      return rest.isEmpty();
    }

    @Override
    public boolean writtenAsInteger() {
      return isInteger;
    }

    @Override
    public String shortestCompletion() {
      return rest;
    }
  }
}
