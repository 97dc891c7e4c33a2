package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.sample.SamplerSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What to generate and how. Defaults are mlx-lm's: greedy, 100 tokens.
 *
 * @param prompt          what to continue
 * @param maxTokens       tokens to generate at most
 * @param sampling        how a token is chosen
 * @param seed            of the random numbers, or null for a different one each time
 * @param prefillStepSize prompt tokens a call; does not change the result
 * @param extraEosTokens  ids that end the answer, beside the model's own
 */
public record GenerationRequest(
    Prompt prompt,
    int maxTokens,
    SamplerSettings sampling,
    Long seed,
    int prefillStepSize,
    Set<Integer> extraEosTokens) {

  public static final int DEFAULT_MAX_TOKENS = 100;
  public static final int DEFAULT_PREFILL_STEP_SIZE = 512;

  public GenerationRequest {
    atLeastOne("max_tokens", maxTokens);
    atLeastOne("prefill_step_size", prefillStepSize);
    extraEosTokens = Set.copyOf(extraEosTokens);
  }

  private static void atLeastOne(String parameter, int value) {
    if (value < 1) {
      throw new InvalidRequestException(parameter, "must be at least 1 but is " + value);
    }
  }

  /** A request with the defaults. */
  public static GenerationRequest of(Prompt prompt) {
    return new GenerationRequest(
        prompt, DEFAULT_MAX_TOKENS, SamplerSettings.GREEDY, null, DEFAULT_PREFILL_STEP_SIZE, Set.of());
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

  public GenerationRequest withMaxTokens(int maxTokens) {
    return new GenerationRequest(prompt, maxTokens, sampling, seed, prefillStepSize, extraEosTokens);
  }

  public GenerationRequest withSampling(SamplerSettings sampling) {
    return new GenerationRequest(prompt, maxTokens, sampling, seed, prefillStepSize, extraEosTokens);
  }

  public GenerationRequest withSeed(Long seed) {
    return new GenerationRequest(prompt, maxTokens, sampling, seed, prefillStepSize, extraEosTokens);
  }

  public GenerationRequest withPrefillStepSize(int prefillStepSize) {
    return new GenerationRequest(prompt, maxTokens, sampling, seed, prefillStepSize, extraEosTokens);
  }

  public GenerationRequest withExtraEosTokens(Set<Integer> extraEosTokens) {
    return new GenerationRequest(prompt, maxTokens, sampling, seed, prefillStepSize, extraEosTokens);
  }
}
