package dev.quipu.ops;

/**
 * What one thread needs besides its inputs and outputs. Arrays grow to the largest call seen and are then reused: a
 * steady state allocates nothing.
 */
final class Scratch {

  final ReadAhead ahead = new ReadAhead();
  float[] scales = new float[0]; // [rows, groups]
  float[] biases = new float[0]; // [rows, groups]
  short[] halves = new short[0]; // 16-bit floats on their way to 32
  float[] lanes = new float[0]; // [rows, lanes] of products that are being added up
  int[] words = new int[0]; // of a row of packed codes
  float[] band = new float[0]; // [rows, K] weights, widened
  float[] sums = new float[0]; // [rows, T] of a tile sweep
  float[] scores = new float[0]; // [heads, positions]
  float[] panelScales = new float[0]; // [panels, groups, rows of a panel]
  float[] panelBiases = new float[0];

  /** The array, or a larger one with room for {@code length}; what it held is lost. */
  static float[] grown(float[] array, int length) {
    return array.length >= length ? array : new float[Math.max(length, 2 * array.length)];
  }

  int[] words(int length) {
    if (words.length < length) {
      words = new int[Math.max(length, 2 * words.length)];
    }
    return words;
  }

  short[] halves(int length) {
    if (halves.length < length) {
      halves = new short[Math.max(length, 2 * halves.length)];
    }
    return halves;
  }
}
