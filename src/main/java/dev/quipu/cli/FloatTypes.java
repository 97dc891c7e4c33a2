package dev.quipu.cli;

import dev.quipu.tensor.DType;

/** The types of floating-point numbers by MLX's names, as flags and output have them. */
final class FloatTypes {

  private FloatTypes() {}

  /** The type that a flag names, also by its short name. */
  static DType of(Flags flags, String flag, DType absent) {
    String text = flags.text(flag);
    return switch (text) {
      case null -> absent;
      case "float32", "f32" -> DType.F32;
      case "float16", "f16" -> DType.F16;
      case "bfloat16", "bf16" -> DType.BF16;
      default -> throw flags.mustBe(flag, "float32, float16 or bfloat16", text);
    };
  }

  static String name(DType dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case U32, U8, I32 -> throw new IllegalArgumentException(dtype + " is no type of floating-point numbers");
    };
  }
}
