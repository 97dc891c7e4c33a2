package dev.quipu.language;

/**
 * A language given by a program: a state of it says what follows a character, and is told apart from others by what it
 * remembers. It has no dead ends: from every state there is a text. So it may have more states than an expression could
 * describe, or infinitely many.
 */
abstract sealed class Automaton extends Language permits HostName, EcmaSyntax {

  /** @param flags {@link #SINGLY}, unless there are few kinds of characters; perhaps {@link #ROUNDS} */
  Automaton(int hash, int flags, int minLength, int maxLength, boolean acceptsEmpty) {
    super(hash, flags, 1, minLength, maxLength, acceptsEmpty);
    mark(false);
  }

  /** Where it is asked for one character, others need not be known. */
  @Override
  public final Language after(int codePoint) {
    return is(SINGLY) ? derive(codePoint) : super.after(codePoint);
  }

  /** A short text. */
  abstract String shortestText();

  /** Whether it is easily seen that there is a text of at least and at most so many characters. */
  abstract boolean hasLength(int least, int most);

  /** Not more than there are texts. */
  abstract long atLeast();
}
