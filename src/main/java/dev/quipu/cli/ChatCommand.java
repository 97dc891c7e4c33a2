package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.generate.Engine;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code quipu chat}: loads the model and opens the conversation, in the terminal or line by line from a pipe. */
final class ChatCommand implements Command {

  private static final List<Option> OWN_FLAGS = List.of(
      Syntax.flag("system-prompt", "TEXT", "what the model is told before the conversation"),
      Syntax.flag("m", "max-tokens", "N", "tokens of an answer at most (2048)"));

  private static final Syntax SYNTAX = new Syntax("chat", "chat [FLAG]…", "A conversation in the terminal.",
      "In the conversation, /help lists the commands. Input that is piped in is answered line by line.",
      Syntax.join(OWN_FLAGS, SamplingOptions.FLAGS, ModelOptions.PROMPTING, ModelOptions.LOADING));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    flags.requireNoWords();
    ChatOptions options = new ChatOptions(flags);
    options.check();
    try (Engine engine = options.model().load()) {
      if (!engine.hasChatTemplate()) {
        throw new QuipuException("This model has no chat template, so it cannot be chatted with; give it one with"
            + " --chat-template FILE, or let it continue a text with quipu generate");
      }
      try (ChatInput input = ChatInput.open()) {
        new ChatSession(engine, input, out, options).run();
      }
    }
    return Failures.DONE;
  }
}
