package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.sample.LogitsProcessor;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.Sampler;
import dev.quipu.sample.SamplerSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What to generate and how. Defaults are mlx-lm's: greedy, 100 tokens.
 *
 * @param prompt          what to continue
 * @param maxTokens       tokens to generate at most, or {@link #UNLIMITED}
 * @param sampling        how a token is chosen
 * @param penalties       what is done to logits before
 * @param custom          the caller's own processors and sampler
 * @param seed            of the random numbers, or null for a different one each time
 * @param topLogprobs     of how many of the most likely tokens the log-probabilities are reported, at most
 *                        {@link #MAX_TOP_LOGPROBS}
 * @param extraEosTokens  ids that end the answer, beside the model's own
 * @param stopStrings     texts that end the answer, and are no part of it
 * @param constraint      what the answer has to be, or null
 * @param overflow        what is done where the context is too short
 * @param speculation     how several tokens are computed at a time
 * @param prefillStepSize prompt tokens a call; does not change the result
 */
public record GenerationRequest(
    Prompt prompt,
    int maxTokens,
    SamplerSettings sampling,
    PenaltySettings penalties,
    Custom custom,
    Long seed,
    int topLogprobs,
    Set<Integer> extraEosTokens,
    List<String> stopStrings,
    Constraint constraint,
    ContextOverflow overflow,
    Speculation speculation,
    int prefillStepSize) {

  public static final int DEFAULT_MAX_TOKENS = 100;
  public static final int DEFAULT_PREFILL_STEP_SIZE = 512;

  /** As many tokens as the context holds. */
  public static final int UNLIMITED = -1;

  /** More than anybody reads; each costs a comparison a token of the vocabulary. */
  public static final int MAX_TOP_LOGPROBS = 1000;

  /**
   * What a program brings along. They are used by one generation at a time, on the engine's thread; one that throws
   * ends its own generation and no other.
   *
   * @param processors applied to logits in this order, after penalties
   * @param sampler    chooses the token, or null for what {@code sampling} says
   */
  public record Custom(List<LogitsProcessor> processors, Sampler sampler) {

    public static final Custom NOTHING = new Custom(List.of(), null);

    public Custom {
      processors = List.copyOf(processors);
    }
  }

  public GenerationRequest {
    if (maxTokens != UNLIMITED) {
      atLeastOne("max_tokens", maxTokens);
    }
    atLeastOne("prefill_step_size", prefillStepSize);
    if (topLogprobs < 0 || topLogprobs > MAX_TOP_LOGPROBS) {
      throw new InvalidRequestException(
          "top_logprobs", "must be in [0, " + MAX_TOP_LOGPROBS + "] but is " + topLogprobs);
    }
    extraEosTokens = Set.copyOf(extraEosTokens);
    stopStrings = StopStrings.checked(stopStrings);
  }

  private static void atLeastOne(String parameter, int value) {
    if (value < 1) {
      throw new InvalidRequestException(parameter, "must be at least 1 but is " + value);
    }
  }

  /** A request with the defaults. */
  public static GenerationRequest of(Prompt prompt) {
    return new GenerationRequest(prompt, DEFAULT_MAX_TOKENS, SamplerSettings.GREEDY, PenaltySettings.NONE,
        Custom.NOTHING, null, 0, Set.of(), List.of(), null, ContextOverflow.STOP, Speculation.DEFAULT,
        DEFAULT_PREFILL_STEP_SIZE);
  }

  /** A question to a chat model. */
  public static GenerationRequest chat(String question) {
    return chat(List.of(Message.user(question)));
  }

  /** A conversation so far, which ends with the user's turn. */
  public static GenerationRequest chat(List<Message> messages) {
    return of(new Prompt.Chat(messages, null, Map.of()));
  }

  /** Text to continue, without a chat template. */
  public static GenerationRequest text(String text) {
    return of(new Prompt.Text(text));
  }

  public GenerationRequest withPrompt(Prompt prompt) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withMaxTokens(int maxTokens) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withSampling(SamplerSettings sampling) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withPenalties(PenaltySettings penalties) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withCustom(Custom custom) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withSeed(Long seed) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withTopLogprobs(int topLogprobs) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withExtraEosTokens(Set<Integer> extraEosTokens) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withStopStrings(List<String> stopStrings) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withConstraint(Constraint constraint) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withOverflow(ContextOverflow overflow) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withSpeculation(Speculation speculation) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }

  public GenerationRequest withPrefillStepSize(int prefillStepSize) {
    return new GenerationRequest(prompt, maxTokens, sampling, penalties, custom, seed, topLogprobs, extraEosTokens,
        stopStrings, constraint, overflow, speculation, prefillStepSize);
  }
}
