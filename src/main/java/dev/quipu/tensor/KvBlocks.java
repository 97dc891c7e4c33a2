package dev.quipu.tensor;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The blocks of a cache's keys, or of its values: arrays of one length, of floats or of 16-bit floats. A shared block is
 * another cache's, too: it is copied before it is written to.
 */
final class KvBlocks {

  private final DType dtype;
  private final int length;
  private Object[] blocks = new Object[4]; // float[] or short[]
  private final BitSet shared = new BitSet();
  private final ArrayDeque<Object> spare = new ArrayDeque<>();

  KvBlocks(DType dtype, int length) {
    if (!KvCache.DTYPES.contains(dtype)) {
      throw new IllegalArgumentException("keys and values are kept as F32, BF16 or F16 but not as " + dtype);
    }
    this.dtype = dtype;
    this.length = length;
  }

  Object get(int block) {
    return blocks[block];
  }

  /** The block, for others to read: it does not change from now on. */
  Object share(int block) {
    shared.set(block);
    return blocks[block];
  }

  /** Takes a block that is shared. */
  void adopt(int block, Object numbers) {
    makeRoom(block);
    blocks[block] = numbers;
    shared.set(block);
  }

  /** Makes a block one that can be written to. */
  void ensure(int block) {
    makeRoom(block);
    if (blocks[block] == null) {
      Object used = spare.poll();
      blocks[block] = used != null ? used : dtype == DType.F32 ? new float[length] : new short[length];
    } else if (shared.get(block)) {
      shared.clear(block);
      blocks[block] = blocks[block] instanceof float[] floats ? floats.clone() : ((short[]) blocks[block]).clone();
    }
  }

  private void makeRoom(int block) {
    if (block >= blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * block);
    }
  }

  /** Lets go of a block; its memory is for another. */
  void release(int block) {
    if (shared.get(block)) {
      shared.clear(block);
    } else {
      spare.add(blocks[block]);
    }
    blocks[block] = null;
  }

  /** Numbers [first, first + count) of an array, to places {@code step} apart. */
  void store(int block, int at, int step, float[] from, int first, int count) {
    if (blocks[block] instanceof float[] floats) {
      for (int i = 0; i < count; i++) {
        floats[at + i * step] = from[first + i];
      }
    } else {
      short[] halves = (short[]) blocks[block];
      for (int i = 0; i < count; i++) {
        halves[at + i * step] = dtype == DType.BF16 ? bfloat(from[first + i]) : Float.floatToFloat16(from[first + i]);
      }
    }
  }

  /** Numbers from places {@code step} apart, to [first, first + count) of an array. */
  void load(int block, int at, int step, float[] into, int first, int count) {
    for (int i = 0; i < count; i++) {
      into[first + i] = number(block, at + i * step);
    }
  }

  float number(int block, int at) {
    return switch (blocks[block]) {
      case float[] floats -> floats[at];
      case short[] halves when dtype == DType.BF16 -> Float.intBitsToFloat(halves[at] << 16);
      case short[] halves -> Float.float16ToFloat(halves[at]);
      default -> throw new AssertionError();
    };
  }

  /** The upper half of a float32, rounded to the nearest, ties to even. */
  private static short bfloat(float x) {
    int bits = Float.floatToIntBits(x);
    return (short) (Float.isNaN(x) ? 0x7FC0 : bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }
}
