package dev.quipu.cli;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/**
 * Messages typed at a terminal, edited by JLine: arrows recall earlier ones, which are kept as long as quipu runs. A
 * line that ends with a backslash goes on in the next; so does one ended by Alt-Enter.
 */
final class TerminalInput implements ChatInput {

  private static final String PROMPT = ">>> ";
  private static final String CONTINUATION = "... ";

  private final Terminal terminal;
  private final LineReader reader;

  TerminalInput() {
    try {
      this.terminal = TerminalBuilder.builder().system(true).dumb(false).color(false)
          .encoding(StandardCharsets.UTF_8).nativeSignals(true).build();
    } catch (IOException | IllegalStateException e) {
      throw new QuipuException(
          "Cannot use this terminal: " + e.getMessage() + "; TERM=dumb makes do without its help", e);
    }
    terminal.handle(Signal.INT, _ -> {}); // from the first moment: Ctrl-C never ends a conversation
    this.reader = LineReaderBuilder.builder().terminal(terminal).parser(TerminalInput::parse)
        .option(Option.DISABLE_EVENT_EXPANSION, true).option(Option.INSERT_TAB, true)
        .option(Option.HISTORY_TIMESTAMPED, false)
        .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUATION).build();
  }

  /** The message is complete unless its last line ends with a backslash. */
  private static ParsedLine parse(String text, int cursor, Parser.ParseContext context) {
    if (context == Parser.ParseContext.ACCEPT_LINE && text.endsWith("\\")) {
      throw new EOFError(-1, -1, "the message goes on");
    }
    return new Whole(text, cursor);
  }

  /** A text as one word: nothing in it is special. */
  private record Whole(String line, int cursor) implements CompletingParsedLine {

    @Override
    public String word() {
      return line;
    }

    @Override
    public int wordCursor() {
      return cursor;
    }

    @Override
    public int wordIndex() {
      return 0;
    }

    @Override
    public List<String> words() {
      return List.of(line);
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int rawWordCursor() {
      return cursor;
    }

    @Override
    public int rawWordLength() {
      return line.length();
    }
  }

  @Override
  public String read() {
    boolean interrupted = false;
    while (true) {
      try {
        return reader.readLine(PROMPT).replace("\\\n", "\n");
      } catch (UserInterruptException e) {
        if (interrupted && e.getPartialLine().isEmpty()) {
          return null;
        }
        interrupted = e.getPartialLine().isEmpty();
        if (interrupted) {
          terminal.writer().println("Ctrl-C again or Ctrl-D ends the conversation");
          terminal.flush();
        }
      } catch (EndOfFileException e) {
        return null;
      }
    }
  }

  @Override
  public String greeting() {
    return "/help lists the commands, Ctrl-D ends the conversation, Ctrl-C an answer\n";
  }

  @Override
  public void onInterrupt(Runnable action) {
    terminal.handle(Signal.INT, _ -> action.run());
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new QuipuException("Cannot give the terminal back: " + e.getMessage(), e);
    }
  }
}
