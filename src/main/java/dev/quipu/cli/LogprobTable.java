package dev.quipu.cli;

import dev.quipu.generate.GenerationEvent.Token;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Log-probabilities for people: a line a token, and beside it what else was likely. */
final class LogprobTable {

  private static final int TEXT_WIDTH = 16;

  private LogprobTable() {}

  static String of(List<Token> tokens) {
    StringBuilder table = new StringBuilder();
    for (Token token : tokens) {
      String likely = token.topLogprobs().stream()
          .map(top -> format("%s %.3f", TokenizeCommand.quoted(top.text()), top.logprob()))
          .collect(Collectors.joining("  "));
      String line = format("%7d  %-" + TEXT_WIDTH + "s %8.3f  %s",
          token.id(), TokenizeCommand.quoted(token.text()), token.logprob(), likely);
      table.append(line.stripTrailing()).append('\n');
    }
    return table.toString();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
