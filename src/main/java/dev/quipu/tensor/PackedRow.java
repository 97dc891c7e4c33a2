package dev.quipu.tensor;

import java.util.Arrays;

/**
 * The key or the value of one head at one position, packed as MLX has it in a row: code j at bit j · bits of the words.
 *
 * @param scales a group's
 * @param biases as scales
 */
public record PackedRow(int[] words, float[] scales, float[] biases) {

  public static PackedRow of(int headDim, Packing.Affine packing) {
    int groups = headDim / packing.groupSize();
    return new PackedRow(new int[headDim * packing.bits() / Integer.SIZE], new float[groups], new float[groups]);
  }

  int code(int channel, int bits) {
    int bit = channel * bits;
    int shift = bit % Integer.SIZE;
    int code = words[bit / Integer.SIZE] >>> shift;
    if (shift + bits > Integer.SIZE) {
      code |= words[bit / Integer.SIZE + 1] << Integer.SIZE - shift;
    }
    return code & (1 << bits) - 1;
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  /** Sets a code that is zero. */
  void set(int channel, int bits, int code) {
    int bit = channel * bits;
    int shift = bit % Integer.SIZE;
    words[bit / Integer.SIZE] |= code << shift;
    if (shift + bits > Integer.SIZE) {
      words[bit / Integer.SIZE + 1] |= code >>> Integer.SIZE - shift;
    }
  }
}
