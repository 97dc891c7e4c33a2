package dev.quipu.ops;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/** Random operands, off the heap and at odd addresses as a mapped file has them. */
final class Operands {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Random random;

  Operands(long seed) {
    random = new Random(seed);
  }

  Mat mat(int rows, int cols) {
    return new Mat(floats(rows * cols), rows, cols);
  }

  float[] floats(int length) {
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return floats;
  }

  Weight.Dense dense(DType type, int out, int in) {
    return new Weight.Dense(type, floats(type, out * in, 1), out, in);
  }

  Weight.Affine affine(int bits, int groupSize, DType scaleType, int out, int in) {
    byte[] codes = new byte[out * in * bits / 8];
    random.nextBytes(codes);
    MemorySegment packed = misaligned(codes);
    int groups = out * (in / groupSize);
    MemorySegment scales = floats(scaleType, groups, 0.05);
    MemorySegment biases = floats(scaleType, groups, 0.3);
    return new Weight.Affine(packed, scales, biases, scaleType, new Packing.Affine(bits, groupSize), out, in);
  }

  /** Every code but NaN, and scales of every size that keeps a sum of products in range, the smallest of all too. */
  Weight.MicroScaled micro(Packing.Micro packing, int out, int in) {
    byte[] codes = new byte[out * in * packing.bits() / 8];
    random.nextBytes(codes);
    byte[] scales = new byte[out * (in / packing.groupSize())];
    random.nextBytes(scales);
    for (int i = 0; i < codes.length && packing == Packing.Micro.MXFP8; i++) {
      codes[i] -= (codes[i] & 0x7F) == 0x7F ? 1 : 0;
    }
    for (int i = 0; i < scales.length; i++) {
      boolean nan = packing == Packing.Micro.NVFP4 && (scales[i] & 0x7F) == 0x7F;
      byte powerOfTwo = (byte) (i % 9 == 5 ? i % 2 : 112 + scales[i] % 9);
      scales[i] = nan ? 0 : packing == Packing.Micro.NVFP4 ? scales[i] : powerOfTwo;
    }
    return new Weight.MicroScaled(misaligned(codes), misaligned(scales), packing, out, in);
  }

  /** A copy off the heap. */
  static MemorySegment offHeap(byte... bytes) {
    return Arena.ofAuto().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  private MemorySegment misaligned(byte[] bytes) {
    MemorySegment segment = misaligned(bytes.length);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  private MemorySegment floats(DType type, int count, double size) {
    MemorySegment data = misaligned((long) count * type.bytes());
    for (int i = 0; i < count; i++) {
      float value = (float) (size * random.nextGaussian());
      switch (type) {
        case F32 -> data.set(INT, 4L * i, Float.floatToRawIntBits(value));
        case BF16 -> data.set(SHORT, 2L * i, (short) (Float.floatToRawIntBits(value) >>> 16));
        case F16 -> data.set(SHORT, 2L * i, i % 50 == 7 ? (short) (i % 1024) : Float.floatToFloat16(value)); // subnormal
        case U32, U8, I32 -> throw new IllegalArgumentException("no float type: " + type);
      }
    }
    return data;
  }

  private MemorySegment misaligned(long bytes) {
    int offset = 1 + random.nextInt(15);
    return Arena.ofAuto().allocate(bytes + offset, 16).asSlice(offset, bytes);
  }
}
