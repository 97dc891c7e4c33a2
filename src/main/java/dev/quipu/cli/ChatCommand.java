package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Message;
import dev.quipu.generate.Prompt;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quipu chat}: loads the model and opens the conversation, in the terminal or line by line from a pipe. */
@picocli.CommandLine.Command(name = "chat", sortOptions = false, synopsisHeading = "Usage: ",
    customSynopsis = "quipu chat [FLAG]…", header = "A conversation in the terminal.",
    footer = "In the conversation, /help lists the commands. Input that is piped in is answered line by line.")
final class ChatCommand implements Command {

  @Option(names = "--system-prompt", paramLabel = "TEXT",
      description = "what the model is told before the conversation")
  String systemPrompt;

  @Option(names = {"--max-tokens", "-m"}, paramLabel = "N", defaultValue = "2048",
      description = "tokens of an answer at most (2048)")
  int maxTokens;

  @Mixin
  SamplingOptions sampling;

  @Mixin
  ModelOptions model;

  @Option(names = {"--help", "-h"}, usageHelp = true, description = "this help")
  boolean help;

  @Spec
  CommandSpec spec;

  @Override
  public void run(Output out) {
    sampling.check(maxTokens, model.prefillStepSize);
    try (Engine engine = model.load()) {
      if (!engine.hasChatTemplate()) {
        throw new QuipuException("This model has no chat template, so it cannot be chatted with; give it one with"
            + " --chat-template FILE, or let it continue a text with quipu generate");
      }
      try (ChatInput input = ChatInput.open()) {
        new ChatSession(engine, input, out, this).run();
      }
    }
  }

  Flags flags() {
    return new Flags(spec, List.of());
  }

  GenerationRequest request(Engine engine, List<Message> messages) {
    Prompt prompt = new Prompt.Chat(messages, null, sampling.templateVariables());
    return sampling.request(engine, prompt, maxTokens, model.prefillStepSize);
  }
}
