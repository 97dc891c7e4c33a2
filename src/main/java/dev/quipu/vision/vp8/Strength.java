package dev.quipu.vision.vp8;

/**
 * How strongly a macroblock's edges are smoothed.
 *
 * @param limit    of the step over an edge; 0 leaves them
 * @param interior limit of the steps beside it
 * @param contrast above which fewer samples change
 */
record Strength(int limit, int interior, int contrast) {

  static Strength of(int level, int sharpness) {
    int bounded = Math.clamp(level, 0, 63);
    if (bounded == 0) {
      return new Strength(0, 0, 0);
    }
    int interior = bounded;
    if (sharpness > 0) {
      interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
    }
    interior = Math.max(interior, 1);
    return new Strength(2 * bounded + interior, interior, bounded >= 40 ? 2 : bounded >= 15 ? 1 : 0);
  }
}
