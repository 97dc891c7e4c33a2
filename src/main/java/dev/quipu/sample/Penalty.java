package dev.quipu.sample;

import java.util.BitSet;

/**
 * A processor that makes the tokens of the recent past less likely.
 *
 * @see PenaltySettings
 */
abstract sealed class Penalty implements LogitsProcessor {

  final float penalty;
  private final int contextSize;
  private final boolean everyOccurrence;
  private final BitSet seen = new BitSet();

  private Penalty(double penalty, int contextSize, boolean everyOccurrence) {
    this.penalty = (float) penalty;
    this.contextSize = contextSize;
    this.everyOccurrence = everyOccurrence;
  }

  @Override
  public final void apply(int[] tokens, int count, float[] logits, int offset, int vocabulary) {
    seen.clear();
    for (int t = contextSize == 0 ? 0 : Math.max(0, count - contextSize); t < count; t++) {
      if (tokens[t] < 0) {
        continue; // unknown
      }
      int at = offset + tokens[t];
      if (everyOccurrence || !seen.get(tokens[t])) {
        logits[at] = penalized(logits[at]);
        seen.set(tokens[t]);
      }
    }
  }

  abstract float penalized(float logit);

  /** Divides a positive logit and multiplies a negative one, once a distinct token: Keskar et al., "CTRL" (2019). */
  static final class Repetition extends Penalty {

    Repetition(double penalty, int contextSize) {
      super(penalty, contextSize, false);
    }

    @Override
    float penalized(float logit) {
      return logit < 0 ? logit * penalty : logit / penalty;
    }
  }

  /** Subtracts the penalty, once a distinct token. */
  static final class Presence extends Penalty {

    Presence(double penalty, int contextSize) {
      super(penalty, contextSize, false);
    }

    @Override
    float penalized(float logit) {
      return logit - penalty;
    }
  }

  /** Subtracts the penalty for every occurrence. */
  static final class Frequency extends Penalty {

    Frequency(double penalty, int contextSize) {
      super(penalty, contextSize, true);
    }

    @Override
    float penalized(float logit) {
      return logit - penalty;
    }
  }
}
