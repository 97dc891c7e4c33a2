package dev.quipu.tensor;

/** The element types of stored tensors that the engine computes with, by their safetensors names. */
public enum DType {
  F32(4), F16(2), BF16(2), U32(4), U8(1), I32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
