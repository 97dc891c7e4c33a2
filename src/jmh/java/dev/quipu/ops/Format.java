package dev.quipu.ops;

import dev.quipu.support.Checked;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/** The formats of weights, and matrices in them: numbers evenly spread, of mean square 1, packed as MLX packs them. */
public enum Format {
  F32(DType.F32, 0),
  F16(DType.F16, 0.002),
  BF16(DType.BF16, 0.01),
  AFFINE1(new Packing.Affine(1, 64), 2),
  AFFINE2(new Packing.Affine(2, 64), 1.3),
  AFFINE3(new Packing.Affine(3, 64), 0.6),
  AFFINE4(new Packing.Affine(4, 64), 0.3),
  AFFINE5(new Packing.Affine(5, 64), 0.15),
  AFFINE6(new Packing.Affine(6, 64), 0.08),
  AFFINE8(new Packing.Affine(8, 64), 0.04),
  MXFP4(Packing.Micro.MXFP4, 0.6),
  MXFP8(Packing.Micro.MXFP8, 0.3),
  NVFP4(Packing.Micro.NVFP4, 0.4);

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Of numbers between −1 and 1, evenly spread. */
  private static final float ROOT_OF_THREE = 1.7320508f;

  private final DType dtype; // of dense elements, or null
  private final Packing packing; // or null
  private final double error;

  Format(DType dtype, double error) {
    this.dtype = dtype;
    this.packing = null;
    this.error = error;
  }

  Format(Packing packing, double error) {
    this.dtype = null;
    this.packing = packing;
    this.error = error;
  }

  /** What an element of {@link #weight} may differ by from {@link #numbers}. */
  double error() {
    return error;
  }

  /** Row by row what {@link #weight} packs. */
  static float[] numbers(int count, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = ROOT_OF_THREE * (2 * random.nextFloat() - 1);
    }
    return numbers;
  }

  /** Seeded, and held to what was packed. */
  Weight weight(int out, int in, long seed) {
    float[] numbers = numbers(out * in, seed);
    Weight weight = dtype != null
        ? new Weight.Dense(dtype, dense(numbers), out, in)
        : packed(numbers, out, in);
    check(weight, numbers);
    return weight;
  }

  private Weight packed(float[] numbers, int out, int in) {
    Weight.Packed weight = Quantizer.allocate(packing, DType.BF16, out, in, Arena.ofAuto());
    for (int row = 0; row < out; row++) {
      Quantizer.quantize(numbers, row * in, weight, row);
    }
    return weight;
  }

  private void check(Weight weight, float[] numbers) {
    Mat row = Mat.zeros(1, weight.in());
    for (int n = 0; n < weight.out(); n++) {
      Quantizer.dequantize(weight, n, row.data(), 0);
      int at = n * weight.in();
      Checked.close(this + ", row " + n, row, (_, i) -> numbers[at + i], error, 1);
    }
  }

  private MemorySegment dense(float[] numbers) {
    MemorySegment data = Arena.ofAuto().allocate((long) numbers.length * dtype.bytes(), Long.BYTES);
    for (int i = 0; i < numbers.length; i++) {
      switch (dtype) {
        case F32 -> data.set(INT, 4L * i, Float.floatToRawIntBits(numbers[i]));
        case BF16 -> data.set(SHORT, 2L * i, (short) (Float.floatToRawIntBits(numbers[i]) >>> 16));
        case F16 -> data.set(SHORT, 2L * i, Float.floatToFloat16(numbers[i]));
        case U32, U8, I32 -> throw new IllegalArgumentException("no float type: " + dtype);
      }
    }
    return data;
  }
}
