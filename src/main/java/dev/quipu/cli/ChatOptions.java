package dev.quipu.cli;

import dev.quipu.generate.Engine;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Message;
import dev.quipu.generate.Prompt;
import java.util.List;

/** What a conversation was started with. */
record ChatOptions(Flags flags, String systemPrompt, int maxTokens, SamplingOptions sampling, ModelOptions model) {

  ChatOptions(Flags flags) {
    this(flags, flags.text("system-prompt"), flags.integer("max-tokens", 2048), new SamplingOptions(flags),
        new ModelOptions(flags));
  }

  /** @throws dev.quipu.InvalidRequestException for a value out of its range */
  void check() {
    sampling.check(maxTokens, model.prefillStepSize);
  }

  GenerationRequest request(Engine engine, List<Message> messages) {
    Prompt prompt = new Prompt.Chat(messages, null, sampling.templateVariables());
    return sampling.request(engine, prompt, maxTokens, model.prefillStepSize);
  }
}
