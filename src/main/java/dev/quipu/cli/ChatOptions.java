package dev.quipu.cli;

/**
 * What a conversation was started with.
 *
 * @param logprobs whether they are shown after an answer
 */
record ChatOptions(Flags flags, String systemPrompt, boolean logprobs, RequestOptions request, ModelOptions model) {

  private static final int DEFAULT_MAX_TOKENS = 2048;

  /** @throws dev.quipu.InvalidRequestException for a value out of its range */
  ChatOptions(Flags flags) {
    this(flags, flags.text("system-prompt"), flags.has("logprobs"), new RequestOptions(flags, DEFAULT_MAX_TOKENS),
        new ModelOptions(flags));
  }
}
