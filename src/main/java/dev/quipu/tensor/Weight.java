package dev.quipu.tensor;

import java.lang.foreign.MemorySegment;

/**
 * A matrix [out, in] as it lies in the checkpoint, mapped and never copied. Kernels switch over the format outside
 * their loops; a format added here does not compile until every implementation of the operations handles it.
 */
public sealed interface Weight {

  /** Rows: outputs of a projection, or entries of a vocabulary. */
  int out();

  /** Columns: inputs of a projection, or channels of an embedding. */
  int in();

  /** Rows [from, from + count) as a weight of its own, on the same mapping. */
  Weight rows(int from, int count);

  /**
   * Floats as they are.
   *
   * @param dtype F32, F16 or BF16
   * @param data  [out, in], little-endian, at any alignment
   */
  record Dense(DType dtype, MemorySegment data, int out, int in) implements Weight {

    public Dense {
      if (dtype != DType.F32 && dtype != DType.F16 && dtype != DType.BF16) {
        throw new IllegalArgumentException("a dense weight is F32, F16 or BF16 but not " + dtype);
      }
      requireBytes("data", data, (long) out * in * dtype.bytes());
    }

    @Override
    public Weight rows(int from, int count) {
      return new Dense(dtype, slice(data, from, count, (long) in * dtype.bytes()), count, in);
    }
  }

  /**
   * MLX's affine quantization: {@code w = scale · q + bias}, q unsigned of {@code bits} bits, one scale and bias a group
   * of {@code groupSize} neighbours in a row. Element j of a row lies at bit {@code j · bits} of the row's bytes, lowest
   * bit first (mlx/ops.cpp, affine_quantize).
   *
   * @param packed    [out, in · bits / 8] bytes
   * @param scales    [out, in / groupSize] of {@code scaleType}
   * @param biases    as scales
   * @param scaleType F32, F16 or BF16
   * @param bits      2, 3, 4, 5, 6 or 8
   * @param groupSize 32, 64 or 128
   */
  record Affine(
      MemorySegment packed,
      MemorySegment scales,
      MemorySegment biases,
      DType scaleType,
      int bits,
      int groupSize,
      int out,
      int in)
      implements Weight {

    public Affine {
      if (in % groupSize != 0) {
        throw new IllegalArgumentException(in + " inputs are no multiple of the group size " + groupSize);
      }
      requireBytes("packed", packed, out * rowBytes(in, bits));
      requireBytes("scales", scales, (long) out * (in / groupSize) * scaleType.bytes());
      requireBytes("biases", biases, (long) out * (in / groupSize) * scaleType.bytes());
    }

    @Override
    public Weight rows(int from, int count) {
      long scaleBytes = (long) groups() * scaleType.bytes();
      return new Affine(
          slice(packed, from, count, rowBytes()),
          slice(scales, from, count, scaleBytes),
          slice(biases, from, count, scaleBytes),
          scaleType, bits, groupSize, count, in);
    }

    /** Bytes from one row of packed words to the next. */
    public long rowBytes() {
      return rowBytes(in, bits);
    }

    /** Groups, and so scales and biases, in a row. */
    public int groups() {
      return in / groupSize;
    }

    private static long rowBytes(int in, int bits) {
      return (long) in * bits / 8;
    }
  }

  private static MemorySegment slice(MemorySegment rows, int from, int count, long rowBytes) {
    return rows.asSlice(from * rowBytes, count * rowBytes);
  }

  private static void requireBytes(String what, MemorySegment segment, long bytes) {
    if (segment.byteSize() != bytes) {
      throw new IllegalArgumentException(what + ": expected " + bytes + " bytes, found " + segment.byteSize());
    }
  }
}
