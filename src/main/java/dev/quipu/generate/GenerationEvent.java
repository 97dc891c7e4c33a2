package dev.quipu.generate;

import java.util.List;

/** What happens in a generation: progress and looks at images, then text, and the end, once. */
public sealed interface GenerationEvent {

  /**
   * Prompt tokens are in the cache.
   *
   * @param processed so far, cached ones included
   * @param cached    found in the cache of an earlier prompt
   * @param total     tokens of the prompt
   */
  record Progress(int processed, int cached, int total) implements GenerationEvent {}

  /**
   * The vision tower works on the prompt's images, those that it has not seen yet.
   *
   * @param done  of its steps, over all of these images
   * @param total steps: patches, layers and projector for each view of an image
   */
  record Looking(int done, int total) implements GenerationEvent {}

  /**
   * More of the answer.
   *
   * @param text   whole characters; empty if the last tokens have none, or are behind a stop string
   * @param tokens the tokens since the text before: more than one where a character took several, or where text was
   *               held back because it could have become a stop string
   */
  record Text(String text, List<Token> tokens) implements GenerationEvent {}

  /**
   * A generated token.
   *
   * @param text        as it decodes by itself
   * @param logprob     natural logarithm of its probability, after processors, before filters and temperature
   * @param fromDraft   whether a draft had guessed it
   * @param topLogprobs the most likely tokens instead of it, the most likely first, as many as were asked for
   */
  record Token(int id, String text, float logprob, boolean fromDraft, List<TopLogprob> topLogprobs) {}

  /** A token that was likely, with what a {@link Token} says of itself. */
  record TopLogprob(int id, String text, float logprob) {}

  /**
   * The end: no event follows.
   *
   * @param stopString the stop string that was found, or null
   * @param incomplete whether the text is not what the request's {@link Constraint} demands, because it was cut
   */
  record Finished(StopReason reason, String stopString, boolean incomplete, Figures figures)
      implements GenerationEvent {}

  /** Why a generation ended. */
  enum StopReason {
    /** The model said that it is done. */
    EOS_TOKEN,
    /** The text is what a {@link Constraint} demands, and nothing may follow. */
    DOCUMENT_COMPLETE,
    /** One of the stop strings was generated. */
    STOP_STRING,
    /** {@code maxTokens} were generated. */
    TOKEN_LIMIT,
    /** The context is full. */
    CONTEXT_FULL,
    /** {@link Generation#cancel} was called. */
    USER_CANCELLED
  }

  /**
   * The figures that mlx-lm prints.
   *
   * @param promptTokens      tokens of the prompt, cached ones included
   * @param cachedTokens      of them, found in the cache of an earlier prompt
   * @param promptSeconds     from the start to the first token
   * @param generationTokens  tokens generated, an end token included
   * @param acceptedTokens    of them, guessed by a draft
   * @param generationSeconds from the first token to the last
   */
  record Figures(int promptTokens, int cachedTokens, double promptSeconds, int generationTokens, int acceptedTokens,
      double generationSeconds) {

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
