package dev.quipu.family;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Packing;
import java.util.Locale;

/** How the matrices of a model are stored, all alike. */
public sealed interface WeightFormat {

  /** As one would call it: {@code 4bit-g64}, {@code mxfp4}, {@code bf16}. */
  String label();

  /**
   * Floats as they are.
   *
   * @param dtype F32, F16 or BF16
   */
  record Dense(DType dtype) implements WeightFormat {

    @Override
    public String label() {
      return dtype.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Packed elements with a scale a group; BF16 scales and biases where the packing is affine. */
  record Packed(Packing packing) implements WeightFormat {

    @Override
    public String label() {
      return switch (packing) {
        case Packing.Affine affine -> affine.bits() + "bit-g" + affine.groupSize();
        case Packing.Micro micro -> micro.mode();
      };
    }
  }
}
