package dev.quipu.generate;

import java.util.List;

/** What happens in a generation, in this order: progress, text, and the end, once. */
public sealed interface GenerationEvent {

  /**
   * Prompt tokens are in the cache.
   *
   * @param processed so far, those of an earlier turn included
   * @param cached    found in the cache of an earlier turn
   * @param total     tokens of the prompt
   */
  record Progress(int processed, int cached, int total) implements GenerationEvent {}

  /**
   * More of the answer.
   *
   * @param text   whole characters
   * @param tokens the tokens since the text before: more than one where a character took several
   */
  record Text(String text, List<Token> tokens) implements GenerationEvent {}

  /**
   * A generated token.
   *
   * @param text    as it decodes by itself
   * @param logprob natural logarithm of its probability, before filters and temperature
   */
  record Token(int id, String text, float logprob) {}

  /** The end: no event follows. */
  record Finished(StopReason reason, Figures figures) implements GenerationEvent {}

  /** Why a generation ended. */
  enum StopReason {
    /** The model said that it is done. */
    EOS_TOKEN,
    /** {@code maxTokens} were generated. */
    TOKEN_LIMIT,
    /** The model's context is full. */
    CONTEXT_FULL,
    /** {@link Generation#cancel} was called. */
    USER_CANCELLED
  }

  /**
   * The figures that mlx-lm prints.
   *
   * @param promptTokens      tokens of the prompt, cached ones included
   * @param cachedTokens      of them, found in the cache of an earlier turn
   * @param promptSeconds     from the start to the first token
   * @param generationTokens  tokens generated, an end token included
   * @param generationSeconds from the first token to the last
   */
  record Figures(
      int promptTokens, int cachedTokens, double promptSeconds, int generationTokens, double generationSeconds) {

    /** Prompt tokens computed a second; cached ones do not count. */
    public double promptTokensPerSecond() {
      return perSecond(promptTokens - cachedTokens, promptSeconds);
    }

    /** Tokens a second after the first, which belongs to the prompt. */
    public double generationTokensPerSecond() {
      return perSecond(generationTokens, generationSeconds);
    }

    private static double perSecond(int tokens, double seconds) {
      return seconds > 0 ? tokens / seconds : 0;
    }
  }
}
