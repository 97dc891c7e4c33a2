package dev.quipu.sample;

import dev.quipu.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is added to or taken from logits before a token is chosen, in mlx-lm's words and ranges. A penalty of 0 is off.
 * A context size is how many of the last tokens a penalty looks at; 0: all of them, as in mlx-lm.
 *
 * @param logitBias what to add, by token id
 */
public record PenaltySettings(Map<Integer, Double> logitBias, double repetitionPenalty, int repetitionContextSize,
    double presencePenalty, int presenceContextSize, double frequencyPenalty, int frequencyContextSize) {

  /** mlx-lm's default of the three context sizes. */
  public static final int DEFAULT_CONTEXT_SIZE = 20;

  /** No bias and no penalty. */
  public static final PenaltySettings NONE = new PenaltySettings(Map.of(), 0, DEFAULT_CONTEXT_SIZE,
      0, DEFAULT_CONTEXT_SIZE, 0, DEFAULT_CONTEXT_SIZE);

  public PenaltySettings {
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach(PenaltySettings::checkBias);
    if (!(repetitionPenalty >= 0 && Double.isFinite(repetitionPenalty))) {
      throw new InvalidRequestException("repetition_penalty", "must be at least 0 but is "
          + repetitionPenalty);
    }
    finite("presence_penalty", presencePenalty);
    finite("frequency_penalty", frequencyPenalty);
    size("repetition_context_size", repetitionContextSize);
    size("presence_context_size", presenceContextSize);
    size("frequency_context_size", frequencyContextSize);
  }

  /** New processors, in mlx-lm's order; one list a sequence, as they keep working memory. */
  public List<LogitsProcessor> processors() {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (!logitBias.isEmpty()) {
      processors.add(new LogitBias(logitBias));
    }
    if (repetitionPenalty != 0) {
      processors.add(new Penalty.Repetition(repetitionPenalty, repetitionContextSize));
    }
    if (presencePenalty != 0) {
      processors.add(new Penalty.Presence(presencePenalty, presenceContextSize));
    }
    if (frequencyPenalty != 0) {
      processors.add(new Penalty.Frequency(frequencyPenalty, frequencyContextSize));
    }
    return processors;
  }

  private static void checkBias(int id, double bias) {
    if (id < 0 || Double.isNaN(bias)) {
      throw new InvalidRequestException("logit_bias", "must give a number for a token id but gives " + bias
          + " for " + id);
    }
  }

  private static void finite(String parameter, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidRequestException(parameter, "must be a finite number but is " + value);
    }
  }

  private static void size(String parameter, int value) {
    if (value < 0) {
      throw new InvalidRequestException(parameter, "must be at least 0 but is " + value);
    }
  }
}
