package dev.quipu.family;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Weights out of thin air, to measure speed without a checkpoint: seeded random elements of one format, all of the
 * same magnitude, such that a row has a length of about 1. Activations then stay near 1, and no number is so small that
 * the processor computes it more slowly. What MLX would leave unquantized is bfloat16 here: a matrix whose inputs are
 * no multiple of the group size.
 */
final class MadeUpWeights implements WeightSource {

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long ALIGNMENT = 64;
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L; // of SplitMix64 (Steele, Lea and Flood 2014)

  /** The mean square of ±[1, 2), evenly spread. */
  private static final double SQUARE_OF_ONE_TO_TWO = 7 / 3.0;

  /** That of the sixteen codes of E2M1. */
  private static final double SQUARE_OF_E2M1 = 137 / 16.0;

  /** E4M3 with a sign, the exponents 1 and 2 and any mantissa: no NaN, and nothing subnormal. */
  private static final long E4M3_FREE = 0x8F8F8F8F8F8F8F8FL;

  private static final long E4M3_FIXED = 0x4040404040404040L;
  private static final double SQUARE_OF_E4M3 = 10 * 2.1484375; // (4 + 16) / 2 · the mean of (1 + m / 8)²

  private final WeightFormat format;
  private final SegmentAllocator memory;
  private long seed = 1;

  /** @param memory where the matrices are put; it need not be zeroed */
  MadeUpWeights(WeightFormat format, SegmentAllocator memory) {
    this.format = format;
    this.memory = memory;
  }

  @Override
  public boolean has(String name) {
    return false; // nothing but what is asked for
  }

  @Override
  public Weight matrix(String path, int out, int in, String meaning) {
    return switch (format) {
      case WeightFormat.Dense dense -> dense(dense.dtype(), out, in);
      case WeightFormat.Packed packed -> in % packed.packing().groupSize() == 0
          ? packed(packed.packing(), out, in)
          : dense(DType.BF16, out, in);
    };
  }

  @Override
  public List<Weight> stack(String path, int count, int out, int in, String meaning) {
    return WeightSource.parts(matrix(path, WeightSource.rows(path, count, out), in, meaning), count);
  }

  @Override
  public List<Weight> denseStack(String name, int count, int out, int in, String meaning) {
    return WeightSource.parts(dense(DType.BF16, WeightSource.rows(name, count, out), in), count);
  }

  @Override
  public Weight convolution(String path, int out, int patch, int channels, String meaning) {
    return dense(DType.BF16, out, patch * patch * channels);
  }

  @Override
  public Weight transposed(String name, int out, int in, String meaning) {
    return dense(DType.BF16, out, in);
  }

  /** Ones, for norms and for all else. */
  @Override
  public float[] vector(String name, int length, String meaning) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  public void ignore(String path) {}

  /** Random signs and mantissas at one exponent. */
  private Weight dense(DType dtype, int out, int in) {
    int exponent = exponent(SQUARE_OF_ONE_TO_TWO, in);
    MemorySegment data = switch (dtype) {
      case F32 -> random((long) out * in * 4, 0x807FFFFF807FFFFFL, (exponent + 127L) << 23 | (exponent + 127L) << 55);
      case BF16 -> random((long) out * in * 2, 0x807F807F807F807FL, four((exponent + 127) << 7));
      case F16 -> random((long) out * in * 2, 0x83FF83FF83FF83FFL, four((exponent + 15) << 10));
      case U32, U8, I32 -> throw new IllegalArgumentException("no float type: " + dtype);
    };
    return new Weight.Dense(dtype, data, out, in);
  }

  private Weight packed(Packing packing, int out, int in) {
    long bytes = (long) out * in * packing.bits() / 8;
    long groups = (long) out * (in / packing.groupSize());
    return switch (packing) {
      case Packing.Affine affine -> affine(affine, random(bytes, -1, 0), groups, out, in);
      case Packing.Micro micro -> {
        boolean e2m1 = micro.bits() == 4;
        MemorySegment elements = e2m1 ? random(bytes, -1, 0) : random(bytes, E4M3_FREE, E4M3_FIXED);
        int exponent = exponent(e2m1 ? SQUARE_OF_E2M1 : SQUARE_OF_E4M3, in);
        yield new Weight.MicroScaled(elements, filled(groups, scaleCode(micro, exponent) * 0x0101), micro, out, in);
      }
    };
  }

  /** Codes around their middle, which the bias makes zero. */
  private Weight affine(Packing.Affine packing, MemorySegment codes, long groups, int out, int in) {
    double largest = (1 << packing.bits()) - 1;
    double scale = Math.sqrt(12 / (largest * (largest + 2) * in)); // q evenly in 0 … n: a variance of n(n + 2) / 12
    MemorySegment scales = filled(2 * groups, bfloat(scale));
    MemorySegment biases = filled(2 * groups, bfloat(-scale * largest / 2));
    return new Weight.Affine(codes, scales, biases, DType.BF16, packing, out, in);
  }

  /** The power of two that makes {@code in} elements of this mean square a row of a length near 1. */
  private static int exponent(double meanSquare, int in) {
    return (int) Math.rint(-Math.log(meanSquare * in) / Math.log(4));
  }

  /** A power of two as E8M0 or, for nvfp4, as E4M3, whose smallest number is 2^−9. */
  private static int scaleCode(Packing.Micro packing, int exponent) {
    if (packing != Packing.Micro.NVFP4) {
      return exponent + 127;
    }
    return exponent < -6 ? 1 << Math.max(0, exponent + 9) : exponent + 7 << 3;
  }

  private static int bfloat(double x) {
    return Float.floatToRawIntBits((float) x) >>> 16;
  }

  private static long four(long half) {
    return half * 0x0001000100010001L;
  }

  /** The same 16 bits again and again. */
  private MemorySegment filled(long bytes, int half) {
    return random(bytes, 0, four(half));
  }

  /** Bits that are random where {@code free} has ones, and {@code fixed} elsewhere. */
  private MemorySegment random(long bytes, long free, long fixed) {
    MemorySegment data = memory.allocate(bytes, ALIGNMENT);
    long state = seed;
    long i = 0;
    for (; i <= bytes - 8; i += 8) {
      state += GOLDEN_GAMMA;
      data.set(LONG, i, mixed(state) & free | fixed);
    }
    for (int shift = 0; i < bytes; i++, shift += 8) {
      data.set(ValueLayout.JAVA_BYTE, i, (byte) ((mixed(state) & free | fixed) >>> shift));
    }
    seed = state;
    return data;
  }

  private static long mixed(long state) {
    long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
