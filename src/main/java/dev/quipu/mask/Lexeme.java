package dev.quipu.mask;

/** State of an automaton over bytes that knows nothing of what surrounds it: masks may be shared by it. */
public abstract class Lexeme {

  /**
   * The state after a byte inside of the lexeme; null if the byte does not go on inside of it (it may end it: ask the
   * position). Remembered and interned: compare by ==.
   */
  public abstract Lexeme next(int b);

  /**
   * Whether the rest may be any characters for ever, as inside of an unrestricted JSON string: such have one slice of
   * tokens, computed once.
   */
  public boolean unrestricted() {
    return false;
  }
}
