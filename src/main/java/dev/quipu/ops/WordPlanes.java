package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;

/**
 * Activations in the order in which packed words give their codes away. A word of 32 bits holds 32 / bits codes. A
 * vector of words, masked in place, gives code j of each word, times {@code 2^(bits·j)}; plane j holds the activations
 * that meet them, divided by that power of two (exactly). The highest code is shifted down instead, past the sign.
 */
final class WordPlanes {

  private final int codes; // in a word
  private final int lanes; // words of a vector
  private final float[] factors;
  private Mat source; // whose planes these are, within one call
  private float[] planes = new float[0]; // [T, K], each run of lanes · codes activations turned into [codes, lanes]

  private WordPlanes(int bits, int lanes, boolean inPlace) {
    this.codes = 32 / bits;
    this.lanes = lanes;
    this.factors = new float[codes];
    for (int j = 0; j < codes; j++) {
      factors[j] = inPlace && j < codes - 1 ? Math.scalb(1f, -bits * j) : 1;
    }
  }

  /** For kernels that mask codes in place, in vectors of so many words. */
  static WordPlanes ofMasked(int bits, int lanes) {
    return new WordPlanes(bits, lanes, true);
  }

  /** For kernels that know each element's value, whatever its place: no factors. */
  static WordPlanes ofElements(int bits) {
    return new WordPlanes(bits, Lanes.ROW.length(), false);
  }

  /** Whether rows of this many inputs are whole vectors of words. */
  boolean fits(int inputs) {
    return inputs % (codes * lanes) == 0;
  }

  /** Forgets: the next call has other activations, maybe in the same array. */
  void clear() {
    source = null;
  }

  void prepare(Mat x) {
    int length = x.rows() * x.cols();
    if (source != x) {
      source = x;
      planes = grown(planes, length);
      turn(x.data(), length);
    }
  }

  float[] planes() {
    return planes;
  }

  private void turn(float[] x, int length) {
    int run = lanes * codes;
    for (int from = 0; from < length; from += run) {
      for (int j = 0; j < codes; j++) {
        float factor = factors[j];
        for (int lane = 0; lane < lanes; lane++) {
          planes[from + j * lanes + lane] = x[from + lane * codes + j] * factor;
        }
      }
    }
  }

  /** Words of a row, in vectors of {@link Lanes#ROW}. */
  static int vectors(Weight.Packed w) {
    return w.in() * w.bits() / 32 / Lanes.ROW.length();
  }

  /** Words of a group. */
  static int groupWords(Weight.Packed w) {
    return w.groupSize() * w.bits() / 32;
  }

  /** The vectors of a group are {@code 1 << shift}, at least one. */
  static int shift(Weight.Packed w) {
    return Integer.numberOfTrailingZeros(Math.max(groupWords(w) / Lanes.ROW.length(), 1));
  }
}
