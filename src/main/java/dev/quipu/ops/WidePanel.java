package dev.quipu.ops;

import static dev.quipu.ops.Lanes.WIDE_FLOATS;
import static dev.quipu.ops.Lanes.WIDE_INTS;
import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Panels of weights for {@link WideTile}: some rows widened to float32, those of one k side by side. Where a word holds
 * a whole number of codes, the words of all rows are put side by side first, an eighth of the work for 4 bits; what they
 * unpack to then lies as it should. Each element is that of {@link Widening}.
 */
final class WidePanel {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(Lanes.ORDER);
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(Lanes.ORDER);
  private static final VectorSpecies<Float> WIDE = Lanes.WIDE;
  private static final MemorySegment PANELS = WidePanels.ALL;
  private static final int V = WIDE.length();
  private static final int ROWS = WidePanels.ROWS;
  private static final long STEP = 4L * ROWS; // bytes from one k to the next
  private static final int WORD = Integer.SIZE;
  private static final int PAD = 16; // floats between rows of a power of two, which would share a set

  private WidePanel() {}

  /** Scales and biases of a band of rows, into the scratch. */
  static void groups(Weight weight, int row, int rows, Scratch scratch) {
    if (weight instanceof Weight.Packed packed) {
      Widening.groups(packed, row, rows, scratch);
      if (packed instanceof Weight.Affine affine && hasWholeCodes(affine)) {
        int count = Math.ceilDiv(rows, ROWS) * ROWS * packed.groups();
        scratch.panelScales = grown(scratch.panelScales, count);
        scratch.panelBiases = grown(scratch.panelBiases, count);
        turn(scratch.scales, rows, packed.groups(), scratch.panelScales);
        turn(scratch.biases, rows, packed.groups(), scratch.panelBiases);
      }
    }
  }

  /** to[panels, groups, ROWS] = from[rows, groups]. */
  private static void turn(float[] from, int rows, int groups, float[] to) {
    for (int r = 0; r < rows; r++) {
      int first = r / ROWS * ROWS * groups + r % ROWS;
      for (int g = 0; g < groups; g++) {
        to[first + g * ROWS] = from[r * groups + g];
      }
    }
  }

  private static boolean hasWholeCodes(Weight.Affine affine) {
    return WORD % affine.bits() == 0;
  }

  /** Inputs [k, k + depth) of rows [panel, panel + rows) of the band that begins at {@code row}, to the scratch's panel. */
  static void widen(Weight weight, int row, int panel, int rows, int k, int depth, long to, Scratch scratch) {
    if (weight instanceof Weight.Affine affine && hasWholeCodes(affine)) {
      affine(affine, row, panel, rows, k, depth, to, scratch);
    } else if (weight instanceof Weight.Dense(DType type, MemorySegment data, _, int in)
        && type == DType.BF16 && in % 2 == 0) {
      int[] words = scratch.words(depth / 2 * ROWS);
      sideBySide(data, 2L * ((long) (row + panel) * in + k), 2L * in, rows, depth / 2, words);
      bfloats(words, depth / 2, to);
    } else {
      int stride = depth + PAD;
      scratch.band = grown(scratch.band, ROWS * stride);
      for (int r = 0; r < rows; r++) {
        Widening.row(weight, row + panel + r, panel + r, k, depth, scratch.band, r * stride, scratch);
      }
      turn(scratch.band, stride, depth, to);
    }
  }

  private static void affine(
      Weight.Affine w, int row, int panel, int rows, int k, int depth, long to, Scratch scratch) {
    int count = depth * w.bits() / WORD;
    int[] words = scratch.words(count * ROWS);
    long from = (row + panel) * w.rowBytes() + (long) k * w.bits() / Byte.SIZE;
    sideBySide(w.packed(), from, w.rowBytes(), rows, count, words);
    int group = panel * w.groups() + k / w.groupSize() * ROWS;
    int shift = Integer.numberOfTrailingZeros(w.groupSize() * w.bits() / WORD);
    if (w.bits() == 4) {
      nibbles(words, count, scratch.panelScales, scratch.panelBiases, group, shift, to);
    } else {
      codes(words, count, w.bits(), scratch.panelScales, scratch.panelBiases, group, shift, to);
    }
  }

  /** to[count, ROWS] = words of each row, the first one's at {@code from}. */
  private static void sideBySide(MemorySegment words, long from, long rowBytes, int rows, int count, int[] to) {
    int r = 0;
    for (; r <= rows - 4; r += 4) {
      sideBySide(words, from + r * rowBytes, rowBytes, count, to, r);
    }
    for (; r < rows; r++) {
      sideBySide(words, from + r * rowBytes, count, to, r);
    }
  }

  /** Four rows. */
  private static void sideBySide(MemorySegment words, long from, long rowBytes, int count, int[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i * ROWS] = words.get(INT, from + 4L * i);
      to[at + i * ROWS + 1] = words.get(INT, from + rowBytes + 4L * i);
      to[at + i * ROWS + 2] = words.get(INT, from + 2 * rowBytes + 4L * i);
      to[at + i * ROWS + 3] = words.get(INT, from + 3 * rowBytes + 4L * i);
    }
  }

  private static void sideBySide(MemorySegment words, long from, int count, int[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i * ROWS] = words.get(INT, from + 4L * i);
    }
  }

  /** {@link #codes} of 4 bits. */
  private static void nibbles(
      int[] words, int count, float[] scales, float[] biases, int group, int shift, long to) {
    for (int i = 0; i < count * ROWS; i += V) {
      IntVector word = WIDE_INTS.cast(IntVector.fromArray(Lanes.WIDE_WORDS, words, i));
      int at = group + (i / ROWS >> shift) * ROWS + i % ROWS;
      FloatVector scale = FloatVector.fromArray(WIDE, scales, at);
      FloatVector bias = FloatVector.fromArray(WIDE, biases, at);
      long out = to + 4L * (i / ROWS * ROWS * 8 + i % ROWS);
      IntVector code = WIDE_INTS.cast(word.and(0xF));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out, Lanes.ORDER);
      code = WIDE_INTS.cast(WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, 4)).and(0xF));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out + STEP, Lanes.ORDER);
      code = WIDE_INTS.cast(WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, 8)).and(0xF));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out + 2 * STEP, Lanes.ORDER);
      code = WIDE_INTS.cast(WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, 12)).and(0xF));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out + 3 * STEP, Lanes.ORDER);
      code = WIDE_INTS.cast(WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, 16)).and(0xF));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out + 4 * STEP, Lanes.ORDER);
      code = WIDE_INTS.cast(WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, 20)).and(0xF));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out + 5 * STEP, Lanes.ORDER);
      code = WIDE_INTS.cast(WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, 24)).and(0xF));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out + 6 * STEP, Lanes.ORDER);
      code = WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, 28));
      WIDE_FLOATS.cast(code.convert(VectorOperators.I2F, 0)).fma(scale, bias)
          .intoMemorySegment(PANELS, out + 7 * STEP, Lanes.ORDER);
    }
  }

  private static void codes(
      int[] words, int count, int bits, float[] scales, float[] biases, int group, int shift, long to) {
    for (int i = 0; i < count * ROWS; i += V) {
      IntVector word = WIDE_INTS.cast(IntVector.fromArray(Lanes.WIDE_WORDS, words, i));
      int at = group + (i / ROWS >> shift) * ROWS + i % ROWS;
      FloatVector scale = FloatVector.fromArray(WIDE, scales, at);
      FloatVector bias = FloatVector.fromArray(WIDE, biases, at);
      long out = to + 4L * (i / ROWS * ROWS * (WORD / bits) + i % ROWS);
      for (int n = 0; n < WORD / bits; n++) {
        IntVector code = WIDE_INTS.cast(word.lanewise(VectorOperators.LSHR, n * bits)).and((1 << bits) - 1);
        WIDE_FLOATS.cast(WIDE_INTS.cast(code).convert(VectorOperators.I2F, 0)).fma(scale, bias)
            .intoMemorySegment(PANELS, out + STEP * n, Lanes.ORDER);
      }
    }
  }

  /** Two to a word. */
  private static void bfloats(int[] words, int count, long to) {
    for (int i = 0; i < count * ROWS; i += V) {
      IntVector word = WIDE_INTS.cast(IntVector.fromArray(Lanes.WIDE_WORDS, words, i));
      long out = to + 4L * (i / ROWS * ROWS * 2 + i % ROWS);
      WIDE_INTS.cast(word.lanewise(VectorOperators.LSHL, 16)).intoMemorySegment(PANELS, out, Lanes.ORDER);
      WIDE_INTS.cast(word.and(0xFFFF0000)).intoMemorySegment(PANELS, out + STEP, Lanes.ORDER);
    }
  }

  /** to[depth, ROWS] = from[ROWS, depth]. */
  private static void turn(float[] from, int stride, int depth, long to) {
    for (int k = 0; k < depth; k++) {
      for (int r = 0; r < ROWS; r++) {
        PANELS.set(FLOAT, to + 4L * (k * ROWS + r), from[r * stride + k]);
      }
    }
  }
}
