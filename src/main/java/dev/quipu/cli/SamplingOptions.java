package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.generate.Engine;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Prompt;
import dev.quipu.sample.SamplerSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.cli.Option;

/** How an answer is made: mlx-lm's flags and their defaults. */
final class SamplingOptions {

  static final List<Option> FLAGS = List.of(
      Syntax.flag("temp", "T", "temperature in [0, 2]; 0, the default, takes the most likely token"),
      Syntax.flag("top-p", "P", "keep the most likely tokens of this mass; 1: all"),
      Syntax.flag("min-p", "P", "keep tokens at least this likely, relative to the most likely one"),
      Syntax.flag("top-k", "K", "keep the K most likely tokens; 0: all"),
      Syntax.flag("xtc-probability", "P", "how often XTC excludes the top choices"),
      Syntax.flag("xtc-threshold", "P", "how likely a top choice is for XTC (0.1)"),
      Syntax.flag("min-tokens-to-keep", "N", "how many --min-p keeps at least (1)"),
      Syntax.flag("seed", "N", "makes a draw repeatable, with mlx-lm's tokens"),
      Syntax.list("extra-eos-token", "TOKEN",
          "tokens that end the answer too; takes all words up to the next flag, and may be repeated"),
      Syntax.flag("chat-template-config", "JSON",
          "variables for the chat template, such as {\"enable_thinking\": false}"));

  final double temp;
  final double topP;
  final double minP;
  final int topK;
  final double xtcProbability;
  final double xtcThreshold;
  final int minTokensToKeep;
  final Long seed;
  final List<String> extraEosTokens;
  final String chatTemplateConfig;

  SamplingOptions(Flags flags) {
    temp = flags.number("temp", 0);
    topP = flags.number("top-p", 1);
    minP = flags.number("min-p", 0);
    topK = flags.integer("top-k", 0);
    xtcProbability = flags.number("xtc-probability", 0);
    xtcThreshold = flags.number("xtc-threshold", 0.1);
    minTokensToKeep = flags.integer("min-tokens-to-keep", 1);
    seed = flags.longOrNull("seed");
    extraEosTokens = flags.texts("extra-eos-token");
    chatTemplateConfig = flags.text("chat-template-config");
  }

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
    return GenerationRequest.of(prompt).withMaxTokens(maxTokens).withSampling(settings()).withSeed(seed)
        .withPrefillStepSize(prefillStepSize).withExtraEosTokens(eosTokens);
  }
}
