package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.cli.Syntax.Group;
import dev.quipu.generate.Engine;
import java.util.List;

/** {@code quipu chat}: loads the model and opens the conversation, in the terminal or line by line from a pipe. */
final class ChatCommand implements Command {

  private static final Syntax SYNTAX = new Syntax("chat", "chat [FLAG]…", "A conversation in the terminal.",
      "In the conversation, /help lists the commands. Input that is piped in is answered line by line.",
      Syntax.grouped(RequestOptions.CONVERSATION, ImageOptions.GROUP, SamplingOptions.CHOOSING,
          SamplingOptions.PENALTIES, ConstraintOptions.GROUP, RequestOptions.ENDING, RequestOptions.SPEED,
          ModelOptions.MEMORY,
          new Group("Output", List.of(RequestOptions.LOGPROBS)), ModelOptions.MODEL));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    flags.requireNoWords();
    ConstraintOptions.refuseIdle(flags);
    ChatOptions options = new ChatOptions(flags);
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
