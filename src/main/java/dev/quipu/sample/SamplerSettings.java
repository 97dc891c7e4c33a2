package dev.quipu.sample;

import dev.quipu.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a token is chosen, in mlx-lm's words and ranges. Every value is in its range once the record exists; what depends
 * on the size of the vocabulary is checked by {@link #checkVocabulary}.
 *
 * @param temp             0 takes the most likely token, and nothing below counts; up to 2 makes sense
 * @param topP             keep the most likely tokens of this mass; 0 and 1: off
 * @param minP             keep tokens at least this likely, relative to the most likely; 0: off
 * @param minTokensToKeep  how many {@code minP} keeps at least
 * @param topK             keep so many tokens; 0: off
 * @param xtcProbability   how often top choices are excluded; 0: off
 * @param xtcThreshold     how likely a top choice is
 * @param xtcSpecialTokens ids that are never excluded
 */
public record SamplerSettings(double temp, double topP, double minP, int minTokensToKeep, int topK,
    double xtcProbability, double xtcThreshold, List<Integer> xtcSpecialTokens) {

  /** mlx-lm's defaults: the most likely token, always. */
  public static final SamplerSettings GREEDY = new SamplerSettings(0, 0, 0, 1, 0, 0, 0.1, List.of());

  public SamplerSettings {
    within("temp", temp, 0, 2);
    within("top_p", topP, 0, 1);
    within("min_p", minP, 0, 1);
    within("xtc_probability", xtcProbability, 0, 1);
    within("xtc_threshold", xtcThreshold, 0, 0.5);
    if (minTokensToKeep < 1) {
      throw new InvalidRequestException("min_tokens_to_keep", "must be at least 1 but is "
          + minTokensToKeep);
    }
    if (topK < 0) {
      throw new InvalidRequestException("top_k", "must be at least 0 but is " + topK);
    }
    xtcSpecialTokens = List.copyOf(xtcSpecialTokens);
  }

  /** The same, with these ids added to those that XTC never excludes. */
  public SamplerSettings exempting(List<Integer> ids) {
    List<Integer> exempt = new ArrayList<>(xtcSpecialTokens);
    exempt.addAll(ids);
    return new SamplerSettings(temp, topP, minP, minTokensToKeep, topK, xtcProbability, xtcThreshold, exempt);
  }

  public boolean greedy() {
    return temp == 0;
  }

  /**
   * @param size the number of logits
   * @throws InvalidRequestException if more tokens are asked for than there are
   */
  public void checkVocabulary(int size) {
    if (topK >= size) {
      throw new InvalidRequestException("top_k", "must be below the vocabulary's " + size + " tokens but is "
          + topK);
    }
    if (minTokensToKeep > size) {
      throw new InvalidRequestException("min_tokens_to_keep", "must be at most the vocabulary's " + size
          + " tokens but is " + minTokensToKeep);
    }
    for (int id : xtcSpecialTokens) {
      if (id < 0 || id >= size) {
        throw new InvalidRequestException("xtc_special_tokens", "must be ids below the vocabulary's "
            + size + " tokens but one is " + id);
      }
    }
  }

  private static void within(String parameter, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new InvalidRequestException(parameter, "must be in [" + shown(min) + ", " + shown(max) + "] but is "
          + value);
    }
  }

  private static String shown(double bound) {
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }
}
