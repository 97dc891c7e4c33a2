package dev.quipu.tensor;

/** Blocks of numbers as floats: arrays of float32 or, for 16-bit types, of short. */
final class FloatBlocks extends KvBlocks {

  private final DType dtype;
  private final KvLayout layout;

  FloatBlocks(DType dtype, KvLayout layout) {
    if (!KvCache.DTYPES.contains(dtype)) {
      throw new IllegalArgumentException("keys and values are kept as F32, BF16 or F16 but not as " + dtype);
    }
    this.dtype = dtype;
    this.layout = layout;
  }

  @Override
  Object create() {
    return dtype == DType.F32 ? new float[layout.size()] : new short[layout.size()];
  }

  @Override
  Object copy(Object block) {
    return block instanceof float[] floats ? floats.clone() : ((short[]) block).clone();
  }

  @Override
  void store(int block, int head, int slot, float[] from, int at) {
    int run = layout.run();
    for (int c = 0; c < layout.headDim(); c += run) {
      int count = Math.min(run, layout.headDim() - c);
      store(get(block), layout.at(head, slot, c), layout.step(), from, at + c, count);
    }
  }

  /** Numbers [first, first + count) of an array, to places {@code step} apart. */
  private void store(Object block, int at, int step, float[] from, int first, int count) {
    if (block instanceof float[] floats) {
      for (int i = 0; i < count; i++) {
        floats[at + i * step] = from[first + i];
      }
    } else {
      short[] halves = (short[]) block;
      for (int i = 0; i < count; i++) {
        halves[at + i * step] = dtype == DType.BF16 ? bfloat(from[first + i]) : Float.floatToFloat16(from[first + i]);
      }
    }
  }

  @Override
  float number(int block, int head, int slot, int channel) {
    int at = layout.at(head, slot, channel);
    return switch (get(block)) {
      case float[] floats -> floats[at];
      case short[] halves when dtype == DType.BF16 -> Float.intBitsToFloat(halves[at] << 16);
      case short[] halves -> Float.float16ToFloat(halves[at]);
      default -> throw new AssertionError();
    };
  }

  @Override
  long bytes() {
    return (long) layout.size() * dtype.bytes();
  }

  /** The upper half of a float32, rounded to the nearest, ties to even. */
  private static short bfloat(float x) {
    int bits = Float.floatToIntBits(x);
    return (short) (Float.isNaN(x) ? 0x7FC0 : bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }
}
