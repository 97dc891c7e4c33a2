package dev.quipu.mask;

/** A point in a text that is being written, whose beginning can be completed to an accepted text. Immutable. */
public interface Position {

  /** After one more byte (0 to 255); null if no accepted text goes on so. */
  Position next(int b);

  /** Whether the text so far is accepted: the end token is allowed. */
  boolean complete();

  /** A few bytes that complete the text from here, none where it is complete; null if nobody knows them at once. */
  default byte[] completion() {
    return null;
  }

  /** The state of the lexeme that this position is inside of, shared by many positions; null outside of one. */
  default Lexeme lexeme() {
    return null;
  }

  /** Further on in the same lexeme, after {@code bytes[from, to)}, which led from {@link #lexeme} to {@code state}. */
  default Position within(Lexeme state, byte[] bytes, int from, int to) {
    throw new UnsupportedOperationException();
  }

  /**
   * As {@link #within}, for all bytes that led to a state, to be asked for what may follow the lexeme if it ends there;
   * null if that depends on the bytes. If it does later on, there comes a position that is not {@link #isKnown}.
   */
  default Position at(Lexeme state) {
    return null;
  }

  /** Whether it can be said what follows; if not, the bytes that were not told to {@link #at} are needed for it. */
  default boolean isKnown() {
    return true;
  }
}
