package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.cli.Syntax.Group;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a token is chosen: mlx-lm's flags, its server's words for penalties, and their defaults. */
final class SamplingOptions {

  static final Group CHOOSING = new Group("Choosing a token", List.of(
      Syntax.number("temp", "T", "temperature in [0, 2]; 0, the default, takes the most likely token"),
      Syntax.number("top-p", "P", "keep the most likely tokens of this mass; 1: all"),
      Syntax.number("min-p", "P", "keep tokens at least this likely, relative to the most likely one"),
      Syntax.number("top-k", "K", "keep the K most likely tokens; 0: all"),
      Syntax.number("xtc-probability", "P", "how often XTC excludes the top choices"),
      Syntax.number("xtc-threshold", "P", "how likely a top choice is for XTC (0.1)"),
      Syntax.number("min-tokens-to-keep", "N", "how many --min-p keeps at least (1)"),
      Syntax.number("seed", "N", "makes a draw repeatable, with mlx-lm's tokens")));

  static final Group PENALTIES = new Group("Changing what is likely, before that", List.of(
      Syntax.object("logit-bias", "what is added to the logits of tokens, by id: {\"504\": -100, \"198\": 2.5}"),
      Syntax.number("repetition-penalty", "X", "divides logits of tokens that were there already; 0, 1: off"),
      Syntax.number("repetition-context-size", "N", "among so many last tokens (20); 0: all"),
      Syntax.number("presence-penalty", "X", "is taken from logits of tokens that were there already; 0: off"),
      Syntax.number("presence-context-size", "N", "among so many last tokens (20); 0: all"),
      Syntax.number("frequency-penalty", "X", "is taken from them for each time that they were there; 0: off"),
      Syntax.number("frequency-context-size", "N", "among so many last tokens (20); 0: all")));

  private SamplingOptions() {}

  /** @throws InvalidRequestException for a value out of its range */
  static SamplerSettings sampling(Flags flags) {
    return new SamplerSettings(flags.number("temp", 0), flags.number("top-p", 1), flags.number("min-p", 0),
        flags.integer("min-tokens-to-keep", 1), flags.integer("top-k", 0), flags.number("xtc-probability", 0),
        flags.number("xtc-threshold", 0.1), List.of());
  }

  /** @throws InvalidRequestException for a value out of its range */
  static PenaltySettings penalties(Flags flags) {
    int size = PenaltySettings.DEFAULT_CONTEXT_SIZE;
    return new PenaltySettings(bias(flags),
        flags.number("repetition-penalty", 0), flags.integer("repetition-context-size", size),
        flags.number("presence-penalty", 0), flags.integer("presence-context-size", size),
        flags.number("frequency-penalty", 0), flags.integer("frequency-context-size", size));
  }

  private static Map<Integer, Double> bias(Flags flags) {
    Map<Integer, Double> bias = new HashMap<>();
    flags.object("logit-bias").forEach((id, value) -> {
      if (!(value instanceof Number number)) {
        throw refuse(id, value);
      }
      try {
        bias.put(Integer.valueOf((String) id), number.doubleValue());
      } catch (NumberFormatException e) {
        throw refuse(id, value);
      }
    });
    return bias;
  }

  private static InvalidRequestException refuse(Object id, Object value) {
    return new InvalidRequestException("logit_bias",
        "must give numbers by token ids, such as {\"504\": -100}, but gives " + value + " for " + id);
  }
}
