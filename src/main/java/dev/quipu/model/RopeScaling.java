package dev.quipu.model;

/**
 * How a model stretches RoPE beyond the context it was first trained on: the frequency of each pair of channels, in
 * radians a position. Follows mlx_lm/models/rope_utils.py, in double precision. Knows nothing of cosines.
 *
 * <p>Unscaled, pair i of {@code dims/2} turns by {@code base^(−2i/dims)} radians a position.
 */
public sealed interface RopeScaling {

  /**
   * @param dims channels that turn
   * @param base θ
   * @param seen positions that the sequence has, for those that depend on it
   * @return radians a position, [dims/2]
   */
  double[] frequencies(int dims, double base, int seen);

  /** What the channels that turn are multiplied by. */
  default double inputScale() {
    return 1;
  }

  /** Whether {@link #frequencies} depends on {@code seen} at this length. */
  default boolean dependsOnLength(int seen) {
    return false;
  }

  private static double[] unscaled(int dims, double base) {
    double[] frequencies = new double[dims / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / dims);
    }
    return frequencies;
  }

  /** No scaling. */
  record None() implements RopeScaling {
    @Override
    public double[] frequencies(int dims, double base, int seen) {
      return unscaled(dims, base);
    }
  }

  /** Positions divided by a factor (Chen et al. 2023). */
  record Linear(double factor) implements RopeScaling {
    @Override
    public double[] frequencies(int dims, double base, int seen) {
      double[] frequencies = unscaled(dims, base);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factor;
      }
      return frequencies;
    }
  }

  /** NTK-aware: the base grows with the sequence, once it is longer than {@code maxPositions}. */
  record Dynamic(double factor, int maxPositions) implements RopeScaling {
    @Override
    public double[] frequencies(int dims, double base, int seen) {
      double stretch = factor * Math.max(seen, maxPositions) / maxPositions - (factor - 1);
      return unscaled(dims, base * Math.pow(stretch, dims / (dims - 2.0)));
    }

    @Override
    public boolean dependsOnLength(int seen) {
      return seen > maxPositions;
    }
  }

  /** Llama 3.1: slow pairs are slowed by the factor, fast ones left alone, those between blended. */
  record Llama3(double factor, double lowFreqFactor, double highFreqFactor, double originalMaxPositions)
      implements RopeScaling {
    @Override
    public double[] frequencies(int dims, double base, int seen) {
      double[] frequencies = unscaled(dims, base);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] = scaled(frequencies[i]);
      }
      return frequencies;
    }

    private double scaled(double frequency) {
      double turns = originalMaxPositions * frequency / (2 * Math.PI); // in the original context
      if (turns < lowFreqFactor) {
        return frequency / factor;
      }
      if (turns >= highFreqFactor) {
        return frequency;
      }
      double smooth = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
      return frequency * ((1 - smooth) / factor + smooth);
    }
  }

  /** YaRN (Peng et al. 2023): a ramp over the pairs from unscaled to slowed, and a scale on the inputs. */
  record Yarn(
      double factor,
      double originalMaxPositions,
      double betaFast,
      double betaSlow,
      double mscale,
      double mscaleAllDim)
      implements RopeScaling {

    @Override
    public double[] frequencies(int dims, double base, int seen) {
      double[] frequencies = unscaled(dims, base);
      double low = Math.max(Math.floor(pairThatTurns(betaFast, dims, base)), 0);
      double high = Math.min(Math.ceil(pairThatTurns(betaSlow, dims, base)), dims - 1);
      double width = low == high ? 0.001 : high - low;
      for (int i = 0; i < frequencies.length; i++) {
        double slowed = Math.clamp((i - low) / width, 0, 1);
        frequencies[i] = frequencies[i] * (1 - slowed) + frequencies[i] / factor * slowed;
      }
      return frequencies;
    }

    /** The (fractional) pair that turns this often in the original context. */
    private double pairThatTurns(double times, int dims, double base) {
      return dims * Math.log(originalMaxPositions / (times * 2 * Math.PI)) / (2 * Math.log(base));
    }

    @Override
    public double inputScale() {
      return magnitude(mscale) / magnitude(mscaleAllDim);
    }

    private double magnitude(double weight) {
      return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }
  }

  /** Phi-3's: each pair has a factor of its own; as mlx-lm does, the long ones whatever the length. */
  record LongRope(double[] longFactor, double maxPositions, double originalMaxPositions) implements RopeScaling {
    @Override
    public double[] frequencies(int dims, double base, int seen) {
      double[] frequencies = unscaled(dims, base);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= longFactor.length == 1 ? longFactor[0] : longFactor[i];
      }
      return frequencies;
    }

    @Override
    public double inputScale() {
      double factor = maxPositions / originalMaxPositions;
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalMaxPositions));
    }
  }

  /** Only the first share of the pairs turns, at the frequencies it has among all of them. */
  record Proportional(double partialRotaryFactor, double factor) implements RopeScaling {
    @Override
    public double[] frequencies(int dims, double base, int seen) {
      double[] frequencies = unscaled(dims, base);
      int turning = Math.ceilDiv((int) (dims * partialRotaryFactor), 2);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] = i < turning ? frequencies[i] / factor : 0;
      }
      return frequencies;
    }
  }
}
