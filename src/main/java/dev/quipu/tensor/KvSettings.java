package dev.quipu.tensor;

import dev.quipu.InvalidRequestException;
import java.util.Set;

/**
 * How the keys and values of a sequence are kept: as floats of some type, all of them or those that a rotating cache
 * has room for, or packed as MLX's QuantizedKVCache has them. Knows no model.
 *
 * @param dtype          F32, BF16 or F16
 * @param bits           2, 3, 4, 6 or 8 a number where they are packed, 0 where they are not
 * @param groupSize      32, 64 or 128 neighbouring channels that share a scale; 0 without bits
 * @param quantizedStart the first position whose query sees the cache packed; those before see it in float32
 * @param maxSize        the most positions that a query sees, 0 for no limit
 * @param keep           how many of those are the first ones, which a rotating cache never gives up
 */
public record KvSettings(DType dtype, int bits, int groupSize, int quantizedStart, int maxSize, int keep) {

  /** What a number can be packed to. */
  public static final Set<Integer> BITS = Set.of(2, 3, 4, 6, 8);

  /** mlx-lm's, if nothing is said. */
  public static final int DEFAULT_GROUP_SIZE = 64;

  /** mlx-lm's, if nothing is said. */
  public static final int DEFAULT_QUANTIZED_START = 5000;

  /** Positions that mlx-lm's rotating caches keep. */
  public static final int DEFAULT_KEEP = 4;

  /** Every position, in float32. */
  public static final KvSettings FLOAT32 = of(DType.F32);

  public KvSettings {
    if (!KvCache.DTYPES.contains(dtype)) {
      throw new InvalidRequestException("kv_dtype", "must be F32, BF16 or F16 but is " + dtype);
    }
    if (bits == 0) {
      requireNothingPacked(groupSize, quantizedStart);
    } else {
      requirePacking(dtype, bits, groupSize, quantizedStart, maxSize);
    }
    requireSize(maxSize, keep);
  }

  /** Every position, in floats of this type. */
  public static KvSettings of(DType dtype) {
    return new KvSettings(dtype, 0, 0, 0, 0, DEFAULT_KEEP);
  }

  /** Every position, packed from {@code quantizedStart} on. */
  public static KvSettings packed(int bits, int groupSize, int quantizedStart) {
    return new KvSettings(DType.F32, bits, groupSize, quantizedStart, 0, DEFAULT_KEEP);
  }

  /** At most so many positions, in floats of this type. */
  public static KvSettings rotating(DType dtype, int maxSize, int keep) {
    return new KvSettings(dtype, 0, 0, 0, maxSize, keep);
  }

  /** What a layer sees of the past where its cache is kept so: itself, or no more than there is room for. */
  public AttentionShape limited(AttentionShape shape) {
    return maxSize == 0 || shape.window() <= maxSize ? shape : shape.withWindow(maxSize - keep).withKeep(keep);
  }

  private static void requireNothingPacked(int groupSize, int quantizedStart) {
    if (groupSize != 0) {
      throw new InvalidRequestException("kv_group_size", "is " + groupSize + " but has no meaning without kv_bits");
    }
    if (quantizedStart != 0) {
      throw new InvalidRequestException(
          "quantized_kv_start", "is " + quantizedStart + " but has no meaning without kv_bits");
    }
  }

  private static void requirePacking(DType dtype, int bits, int groupSize, int quantizedStart, int maxSize) {
    if (!BITS.contains(bits)) {
      throw new InvalidRequestException("kv_bits", "must be 2, 3, 4, 6 or 8 but is " + bits);
    }
    if (!Packing.Affine.GROUP_SIZES.contains(groupSize)) {
      throw new InvalidRequestException("kv_group_size", "must be 32, 64 or 128 but is " + groupSize);
    }
    if (quantizedStart < 0) {
      throw new InvalidRequestException("quantized_kv_start", "must be at least 0 but is " + quantizedStart);
    }
    if (dtype != DType.F32) {
      throw new InvalidRequestException(
          "kv_bits", "is " + bits + " but kv_dtype is " + dtype + ": numbers are either packed or kept as " + dtype);
    }
    if (maxSize != 0) {
      throw new InvalidRequestException(
          "kv_bits", "is " + bits + " but max_kv_size is " + maxSize + ": a rotating cache cannot be packed");
    }
  }

  private static void requireSize(int maxSize, int keep) {
    if (keep < 0) {
      throw new InvalidRequestException("keep", "must be at least 0 but is " + keep);
    }
    if (maxSize != 0 && maxSize <= keep) {
      throw new InvalidRequestException("max_kv_size",
          "must be greater than " + keep + ", the first positions that are always kept, but is " + maxSize);
    }
  }
}
