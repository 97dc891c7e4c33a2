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

  /** Packed elements, and a scale for each group of them. */
  sealed interface Packed extends Weight {

    /** [out, in · bits / 8] bytes. */
    MemorySegment packed();

    /** [out, groups]. */
    MemorySegment scales();

    Packing packing();

    default int bits() {
      return packing().bits();
    }

    default int groupSize() {
      return packing().groupSize();
    }

    /** Bytes from one row of packed elements to the next. */
    default long rowBytes() {
      return rowBytes(in(), packing());
    }

    /** Groups, and so scales, in a row. */
    default int groups() {
      return in() / groupSize();
    }

    private static long rowBytes(int in, Packing packing) {
      return (long) in * packing.bits() / 8;
    }

    private static void require(
        Packing packing, int out, int in, MemorySegment packed, MemorySegment scales, int scaleBytes) {
      if (in % packing.groupSize() != 0) {
        throw new IllegalArgumentException(in + " inputs are no multiple of the group size " + packing.groupSize());
      }
      requireBytes("packed", packed, out * rowBytes(in, packing));
      requireBytes("scales", scales, (long) out * (in / packing.groupSize()) * scaleBytes);
    }
  }

  /**
   * {@code w = scale · q + bias} with q unsigned (mlx/ops.cpp, affine_quantize).
   *
   * @param packed    [out, in · bits / 8] bytes
   * @param scales    [out, groups] of {@code scaleType}
   * @param biases    as scales
   * @param scaleType F32, F16 or BF16
   */
  record Affine(
      MemorySegment packed,
      MemorySegment scales,
      MemorySegment biases,
      DType scaleType,
      Packing.Affine packing,
      int out,
      int in)
      implements Packed {

    public Affine {
      Packed.require(packing, out, in, packed, scales, scaleType.bytes());
      requireBytes("biases", biases, scales.byteSize());
    }

    @Override
    public Weight rows(int from, int count) {
      long scaleBytes = (long) groups() * scaleType.bytes();
      return new Affine(
          slice(packed, from, count, rowBytes()),
          slice(scales, from, count, scaleBytes),
          slice(biases, from, count, scaleBytes),
          scaleType, packing, count, in);
    }
  }

  /**
   * {@code w = scale · element}, both floats of a byte or less (mlx/ops.cpp, fp_quantize).
   *
   * @param packed [out, in · bits / 8] bytes
   * @param scales [out, groups] bytes
   */
  record MicroScaled(MemorySegment packed, MemorySegment scales, Packing.Micro packing, int out, int in)
      implements Packed {
    public MicroScaled {
      Packed.require(packing, out, in, packed, scales, DType.U8.bytes());
    }

    @Override
    public Weight rows(int from, int count) {
      return new MicroScaled(
          slice(packed, from, count, rowBytes()), slice(scales, from, count, groups()), packing, count, in);
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
