package dev.quipu.cli;

/** Where the user's messages come from. */
sealed interface ChatInput extends AutoCloseable permits TerminalInput, PipedInput {

  /** The terminal, if there is one that can edit a line; else standard input as it is. */
  static ChatInput open() {
    boolean terminal = Posix.isTerminal(Posix.STDIN) && Posix.isTerminal(Posix.STDOUT)
        && !"dumb".equals(System.getenv("TERM"));
    return terminal ? new TerminalInput() : new PipedInput(Input.stream());
  }

  /** The next message, which may have several lines, or null at the end. */
  String read();

  /** What to tell the user at the start, or the empty string. */
  String greeting();

  /** @param action what Ctrl-C does from now on, as long as no message is being read */
  void onInterrupt(Runnable action);

  @Override
  void close();
}
