package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.generate.Engine;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Prompt;
import dev.quipu.sample.SamplerSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** How an answer is made: mlx-lm's flags and their defaults. */
final class SamplingOptions {

  @Option(names = "--temp", paramLabel = "T", defaultValue = "0",
      description = "temperature in [0, 2]; 0, the default, takes the most likely token")
  double temp;

  @Option(names = "--top-p", paramLabel = "P", defaultValue = "1",
      description = "keep the most likely tokens of this mass; 1: all")
  double topP;

  @Option(names = "--min-p", paramLabel = "P", defaultValue = "0",
      description = "keep tokens at least this likely, relative to the most likely one")
  double minP;

  @Option(names = "--top-k", paramLabel = "K", defaultValue = "0",
      description = "keep the K most likely tokens; 0: all")
  int topK;

  @Option(names = "--xtc-probability", paramLabel = "P", defaultValue = "0",
      description = "how often XTC excludes the top choices")
  double xtcProbability;

  @Option(names = "--xtc-threshold", paramLabel = "P", defaultValue = "0.1",
      description = "how likely a top choice is for XTC (0.1)")
  double xtcThreshold;

  @Option(names = "--min-tokens-to-keep", paramLabel = "N", defaultValue = "1",
      description = "how many --min-p keeps at least (1)")
  int minTokensToKeep;

  @Option(names = "--seed", paramLabel = "N", description = "makes a draw repeatable, with mlx-lm's tokens")
  Long seed;

  @Option(names = "--extra-eos-token", paramLabel = "TOKEN", arity = "1..*",
      description = "tokens that end the answer too; takes all words up to the next flag, and may be repeated")
  List<String> extraEosTokens = new ArrayList<>();

  @Option(names = "--chat-template-config", paramLabel = "JSON",
      description = "variables for the chat template, such as {\"enable_thinking\": false}")
  String chatTemplateConfig;

  /** @throws InvalidRequestException for a value out of its range */
  SamplerSettings settings() {
    return new SamplerSettings(temp, topP, minP, minTokensToKeep, topK, xtcProbability, xtcThreshold, List.of());
  }

  /** Says what is wrong with the values before seconds of loading. */
  void check(int maxTokens, int prefillStepSize) {
    templateVariables();
    GenerationRequest.text("").withMaxTokens(maxTokens).withSampling(settings()).withPrefillStepSize(prefillStepSize);
  }

  @SuppressWarnings("unchecked")
  Map<String, Object> templateVariables() {
    if (chatTemplateConfig == null) {
      return Map.of();
    }
    try {
      if (Json.parse(chatTemplateConfig, "--chat-template-config") instanceof Map<?, ?> variables) {
        return (Map<String, Object>) variables;
      }
    } catch (QuipuException e) {
      // no JSON at all: refused as any other value that is no object
    }
    throw new InvalidRequestException("chat_template_config", "must be a JSON object but is " + chatTemplateConfig);
  }

  GenerationRequest request(Engine engine, Prompt prompt, int maxTokens, int prefillStepSize) {
    Set<Integer> eosTokens = new LinkedHashSet<>();
    for (String token : extraEosTokens) {
      eosTokens.add(engine.tokenId(token));
    }
    return new GenerationRequest(prompt, maxTokens, settings(), seed, prefillStepSize, eosTokens);
  }
}
