package dev.quipu.tensor;

/** The element types that a checkpoint's tensors may have, with the names that safetensors gives them. */
public enum DType {
  F32(4),
  F16(2),
  BF16(2),
  U32(4),
  U8(1),
  I32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one element, in bytes. */
  public int bytes() {
    return bytes;
  }
}
