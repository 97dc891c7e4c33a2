package dev.quipu.mask;

/** State of an automaton over bytes that knows nothing of what surrounds it: masks may be shared by it. */
public abstract class Lexeme {

  /** Stands in a table of states for "there is none", where null is "not known yet". */
  protected static final Lexeme DEAD = new Lexeme() {
    @Override
    public Lexeme next(int b) {
      return null;
    }
  };

  /** The last mask that was made of it, while {@link KeptMasks} keeps it; else null. */
  LexemeMask mask;

  /** What {@link Free#of} found, or null before it was asked. */
  Free free;

  /** What {@link Ways#of} found, or null before it was asked. */
  Ways ways;

  /**
   * The state after a byte inside of the lexeme; null if the byte does not go on inside of it (it may end it: ask the
   * position). Remembered and interned: compare by ==.
   */
  public abstract Lexeme next(int b);

  /** Whether a byte goes on inside of the lexeme, where the state behind it does not matter. */
  public boolean goesOn(int b) {
    return next(b) != null;
  }

  /**
   * Whether a byte may be the first one behind the lexeme, if {@link #next} is null for it: the position is asked then.
   * For masks to ask it seldom.
   */
  public boolean endsBefore(int b) {
    return true;
  }

  /**
   * Whether the rest may be any characters for ever, as inside of an unrestricted JSON string: such have one slice of
   * tokens, computed once.
   */
  public boolean unrestricted() {
    return false;
  }

  /** Whether it is the inside of a JSON string: no control character is in it, and it ends at a quote. */
  public boolean isQuoted() {
    return false;
  }

  /** The state after every character of a kind, if it is the same for all of them; null if not, or if unknown. */
  public Lexeme after(BeyondAscii kind) {
    return null;
  }

  /** Whether a character of one byte, and all of which this is so in any order, stay inside for ever. */
  public boolean isEndless(int b) {
    return false;
  }

  /** The same of all characters of a kind. */
  public boolean isEndless(BeyondAscii kind) {
    return false;
  }

  /** Whether nearly every character leads to a state of its own, so that it would take long to find what is free. */
  public boolean hasManyWays() {
    return false;
  }

  /**
   * For how many characters the same ones go on as here, and none after so many; {@link Integer#MAX_VALUE}: for ever;
   * 0 if it is not known.
   */
  public int repeats() {
    return 0;
  }
}
