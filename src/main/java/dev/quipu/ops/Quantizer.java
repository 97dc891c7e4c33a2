package dev.quipu.ops;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.quipu.tensor.AffineGroup;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Rows of floats, packed, and back: bit for bit what {@code mx.quantize} makes of finite float32 on the processor (mlx
 * 0.32.4). Only mxfp4 groups up to 6 · 2^-128 and mxfp8 groups up to 448 · 2^-128 differ: there mlx's processor code
 * writes a scale that has run over, and this the smallest, as mlx's graphics code does.
 *
 * <p>A row is written where a writable {@link Weight.Packed} has it, so a matrix can be packed as its rows come, and a
 * cache as it grows. Knows no threads: rows are independent, and several may write different rows of one weight.
 */
public final class Quantizer {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Quantizer() {}

  /**
   * Room for a packed matrix, in zeros.
   *
   * @param scaleType F32, F16 or BF16 for affine scales and biases; the scales of the others are bytes
   */
  public static Weight.Packed allocate(Packing packing, DType scaleType, int out, int in, Arena arena) {
    MemorySegment packed = arena.allocate((long) out * in * packing.bits() / 8, Integer.BYTES);
    long groups = (long) out * (in / packing.groupSize());
    return switch (packing) {
      case Packing.Affine affine -> {
        long bytes = groups * scaleType.bytes();
        MemorySegment scales = arena.allocate(bytes, scaleType.bytes());
        MemorySegment biases = arena.allocate(bytes, scaleType.bytes());
        yield new Weight.Affine(packed, scales, biases, scaleType, affine, out, in);
      }
      case Packing.Micro micro -> new Weight.MicroScaled(packed, arena.allocate(groups), micro, out, in);
    };
  }

  /** Packs {@code from[at …]}, as many elements as the weight has inputs, into one of its rows. */
  public static void quantize(float[] from, int at, Weight.Packed to, int row) {
    switch (to) {
      case Weight.Affine affine -> affineRow(from, at, affine, row);
      case Weight.MicroScaled micro -> {
        for (int group = 0; group < to.groups(); group++) {
          microGroup(from, at + group * to.groupSize(), micro, row, group);
        }
      }
    }
  }

  /** One row of a weight of any format, to {@code to[at …]}: the numbers of {@code mx.dequantize} in float32. */
  public static void dequantize(Weight from, int row, float[] to, int at) {
    ScalarOps.widenRow(from, row, to, at);
  }

  private static void affineRow(float[] from, int at, Weight.Affine to, int row) {
    AffineGroup quantized = new AffineGroup(to.packing());
    for (int group = 0; group < to.groups(); group++) {
      quantized.quantize(from, at + group * to.groupSize());
      long index = (long) row * to.groups() + group;
      setFloat(to.scales(), to.scaleType(), index, quantized.scale());
      setFloat(to.biases(), to.scaleType(), index, quantized.bias());
      affineCodes(quantized, to, row, group);
    }
  }

  /** Which come of scale and bias as they are before they are rounded to their type. */
  private static void affineCodes(AffineGroup from, Weight.Affine to, int row, int group) {
    long word = wordOf(to, row, group);
    long ahead = 0; // bits not yet written, lowest first
    int count = 0;
    for (int i = 0; i < to.groupSize(); i++) {
      ahead |= (long) from.code(i) << count;
      count += to.bits();
      if (count >= Integer.SIZE) {
        to.packed().set(INT, word, (int) ahead);
        word += Integer.BYTES;
        ahead >>>= Integer.SIZE;
        count -= Integer.SIZE;
      }
    }
  }

  private static void microGroup(float[] from, int at, Weight.MicroScaled to, int row, int group) {
    float largest = 0;
    for (int i = at; i < at + to.groupSize(); i++) {
      largest = Math.max(largest, Math.abs(from[i]));
    }
    float wanted = largest / (to.bits() == 4 ? SmallFloats.E2M1_MAX : SmallFloats.E4M3_MAX);
    int code = to.packing() == Packing.Micro.NVFP4 ? SmallFloats.toE4m3(wanted) : SmallFloats.toE8m0(wanted);
    to.scales().set(JAVA_BYTE, (long) row * to.groups() + group, (byte) code);
    microCodes(from, at, to, row, group, SmallFloats.scales(to.packing())[code]);
  }

  private static void microCodes(float[] from, int at, Weight.MicroScaled to, int row, int group, float scale) {
    long word = wordOf(to, row, group);
    int codes = Integer.SIZE / to.bits();
    for (int i = at; i < at + to.groupSize(); i += codes) {
      int packed = 0;
      for (int j = 0; j < codes; j++) {
        float x = from[i + j] / scale;
        packed |= (to.bits() == 4 ? SmallFloats.toE2m1(x) : SmallFloats.toE4m3(x)) << j * to.bits();
      }
      to.packed().set(INT, word, packed);
      word += Integer.BYTES;
    }
  }

  /** Where a group's words begin. */
  private static long wordOf(Weight.Packed weight, int row, int group) {
    return row * weight.rowBytes() + (long) group * weight.groupSize() * weight.bits() / 8;
  }

  private static void setFloat(MemorySegment to, DType type, long index, float value) {
    switch (type) {
      case F32 -> to.set(INT, 4 * index, Float.floatToRawIntBits(value));
      case BF16 -> to.set(SHORT, 2 * index, bfloat16(value));
      case F16 -> to.set(SHORT, 2 * index, Float.floatToFloat16(value));
      case U32, U8, I32 -> throw new IllegalArgumentException("no float type: " + type);
    }
  }

  /** The nearest, of two as near the even one. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int odd = bits >>> 16 & 1;
    return (short) (Float.isNaN(value) ? 0x7FC0 : bits + 0x7FFF + odd >>> 16);
  }
}
