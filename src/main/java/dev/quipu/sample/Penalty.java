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

  private Penalty(double penalty, int contextSize) {
    this.penalty = (float) penalty;
    this.contextSize = contextSize;
  }

  @Override
  public final void apply(int[] tokens, int count, float[] logits, int offset, int vocabulary) {
    int from = contextSize == 0 ? 0 : Math.max(0, count - contextSize);
    apply(tokens, from, count, logits, offset);
  }

  /** Changes the logits of the tokens from … to − 1. */
  abstract void apply(int[] tokens, int from, int to, float[] logits, int offset);

  /** Divides a positive logit and multiplies a negative one, once a distinct token: Keskar et al., "CTRL" (2019). */
  static final class Repetition extends Penalty {

    private final BitSet seen = new BitSet();

    Repetition(double penalty, int contextSize) {
      super(penalty, contextSize);
    }

    @Override
    void apply(int[] tokens, int from, int to, float[] logits, int offset) {
      seen.clear();
      for (int t = from; t < to; t++) {
        int at = offset + tokens[t];
        if (!seen.get(tokens[t])) {
          logits[at] = logits[at] < 0 ? logits[at] * penalty : logits[at] / penalty;
          seen.set(tokens[t]);
        }
      }
    }
  }

  /** Subtracts the penalty once a distinct token. */
  static final class Presence extends Penalty {

    private final BitSet seen = new BitSet();

    Presence(double penalty, int contextSize) {
      super(penalty, contextSize);
    }

    @Override
    void apply(int[] tokens, int from, int to, float[] logits, int offset) {
      seen.clear();
      for (int t = from; t < to; t++) {
        if (!seen.get(tokens[t])) {
          logits[offset + tokens[t]] -= penalty;
          seen.set(tokens[t]);
        }
      }
    }
  }

  /** Subtracts the penalty for every occurrence. */
  static final class Frequency extends Penalty {

    Frequency(double penalty, int contextSize) {
      super(penalty, contextSize);
    }

    @Override
    void apply(int[] tokens, int from, int to, float[] logits, int offset) {
      for (int t = from; t < to; t++) {
        logits[offset + tokens[t]] -= penalty;
      }
    }
  }
}
