package dev.quipu.vision.vp8;

/**
 * The steps of coefficients; of each pair the first is for the mean of a block, the second for the rest.
 *
 * @param luma   of 4×4 blocks
 * @param means  of the blocks' means, where they are coded together
 * @param colour of both colour planes
 */
record Quantizer(int[] luma, int[] means, int[] colour) {

  /** @param deltas of the index: luma mean, means mean, means rest, colour mean, colour rest */
  static Quantizer of(int index, int[] deltas) {
    return new Quantizer(
        new int[] {step(Tables.MEAN_STEPS, index + deltas[0], 127), step(Tables.STEPS, index, 127)},
        new int[] {2 * step(Tables.MEAN_STEPS, index + deltas[1], 127),
            Math.max(step(Tables.STEPS, index + deltas[2], 127) * 155 / 100, 8)},
        new int[] {step(Tables.MEAN_STEPS, index + deltas[3], 117), step(Tables.STEPS, index + deltas[4], 127)});
  }

  private static int step(int[] steps, int index, int last) {
    return steps[Math.clamp(index, 0, last)];
  }
}
