package dev.quipu.ops;

import static dev.quipu.ops.Lanes.WIDE;
import static dev.quipu.ops.Lanes.WIDE_FLOATS;
import static dev.quipu.ops.Lanes.WIDE_INTS;
import static dev.quipu.ops.Lanes.WIDE_WORDS;

import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.KvCache.Codes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Strips of a packed cache as floats, [rows, STRIP]: {@code scale · code + bias}, rounded after each of the two, as
 * mx.dequantize does. Knows no attention.
 */
final class PackedStrip {

  private static final int STRIP = KvCache.STRIP;
  private static final int V = WIDE.length();

  private PackedStrip() {}

  /** The strip of keys that begins at position {@code slot} of a block: hd rows; each column has its own scales. */
  static void keys(KvCache.Packed cache, Codes from, int head, int slot, int headDim, float[] to, boolean cold) {
    int bits = cache.packing().bits();
    int group = cache.packing().groupSize();
    int word = cache.wordOf(cache.keyStrip(head, slot));
    int scale = cache.keyScales(head, slot);
    for (int c = 0; c < headDim; c += group, scale += STRIP) {
      if (cold) {
        keysCold(from, word, bits, c, c + group, scale, to);
      } else {
        keys(from, word, bits, c, c + group, scale, to);
      }
    }
  }

  /** Rows [first, end), whose scales begin at {@code scale}. */
  private static void keys(Codes from, int strip, int bits, int first, int end, int scale, float[] to) {
    int mask = (1 << bits) - 1;
    for (int i = 0; i < STRIP; i += V) {
      FloatVector scales = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, from.scales(), scale + i));
      FloatVector biases = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, from.biases(), scale + i));
      for (int row = first; row < end; row++) {
        int bit = row * bits;
        int word = strip + bit / Integer.SIZE * STRIP + i;
        int shift = bit % Integer.SIZE;
        IntVector codes = WIDE_INTS.cast(IntVector.fromArray(WIDE_WORDS, from.words(), word));
        codes = WIDE_INTS.cast(codes.lanewise(VectorOperators.LSHR, shift));
        if (shift + bits > Integer.SIZE) {
          IntVector high = WIDE_INTS.cast(IntVector.fromArray(WIDE_WORDS, from.words(), word + STRIP));
          codes = WIDE_INTS.cast(codes.or(high.lanewise(VectorOperators.LSHL, Integer.SIZE - shift)));
        }
        FloatVector floats = WIDE_FLOATS.cast(WIDE_INTS.cast(codes.and(mask)).convert(VectorOperators.I2F, 0));
        WIDE_FLOATS.cast(WIDE_FLOATS.cast(floats.mul(scales)).add(biases)).intoArray(to, row * STRIP + i);
      }
    }
  }

  private static void keysCold(Codes from, int strip, int bits, int first, int end, int scale, float[] to) {
    for (int row = first; row < end; row++) {
      for (int i = 0; i < STRIP; i++) {
        to[row * STRIP + i] = from.scales()[scale + i] * code(from, strip + i, bits, row) + from.biases()[scale + i];
      }
    }
  }

  /** Rows [slot, slot + rows) of the strip of values that begins at a channel; each row has its own scale. */
  static void values(
      KvCache.Packed cache, Codes from, int head, int channel, int slot, int rows, float[] to, boolean cold) {
    int bits = cache.packing().bits();
    int word = cache.wordOf(cache.valueStrip(head, channel));
    int scale = cache.valueScales(head, channel);
    if (cold) {
      valuesCold(from, word, bits, slot, rows, scale, to);
    } else {
      values(from, word, bits, slot, rows, scale, to);
    }
  }

  private static void values(Codes from, int strip, int bits, int first, int rows, int scale, float[] to) {
    int mask = (1 << bits) - 1;
    for (int i = 0; i < STRIP; i += V) {
      for (int row = 0; row < rows; row++) {
        int bit = (first + row) * bits;
        int word = strip + bit / Integer.SIZE * STRIP + i;
        int shift = bit % Integer.SIZE;
        IntVector codes = WIDE_INTS.cast(IntVector.fromArray(WIDE_WORDS, from.words(), word));
        codes = WIDE_INTS.cast(codes.lanewise(VectorOperators.LSHR, shift));
        if (shift + bits > Integer.SIZE) {
          IntVector high = WIDE_INTS.cast(IntVector.fromArray(WIDE_WORDS, from.words(), word + STRIP));
          codes = WIDE_INTS.cast(codes.or(high.lanewise(VectorOperators.LSHL, Integer.SIZE - shift)));
        }
        FloatVector scales = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, from.scales()[scale + first + row]));
        FloatVector biases = WIDE_FLOATS.cast(FloatVector.broadcast(WIDE, from.biases()[scale + first + row]));
        FloatVector floats = WIDE_FLOATS.cast(WIDE_INTS.cast(codes.and(mask)).convert(VectorOperators.I2F, 0));
        WIDE_FLOATS.cast(WIDE_FLOATS.cast(floats.mul(scales)).add(biases)).intoArray(to, row * STRIP + i);
      }
    }
  }

  private static void valuesCold(Codes from, int strip, int bits, int first, int rows, int scale, float[] to) {
    for (int row = first; row < first + rows; row++) {
      for (int i = 0; i < STRIP; i++) {
        to[(row - first) * STRIP + i] =
            from.scales()[scale + row] * code(from, strip + i, bits, row) + from.biases()[scale + row];
      }
    }
  }

  /** The code in a row of the column whose first word this is. */
  private static int code(Codes from, int column, int bits, int row) {
    int bit = row * bits;
    int word = column + bit / Integer.SIZE * STRIP;
    int shift = bit % Integer.SIZE;
    int code = from.words()[word] >>> shift;
    if (shift + bits > Integer.SIZE) {
      code |= from.words()[word + STRIP] << Integer.SIZE - shift;
    }
    return code & (1 << bits) - 1;
  }
}
