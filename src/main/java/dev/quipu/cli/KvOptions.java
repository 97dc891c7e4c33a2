package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import java.util.List;
import org.apache.commons.cli.Option;

/** How keys and values are kept: mlx-lm's flags, and a type of their numbers. */
final class KvOptions {

  static final Option DTYPE = Syntax.flag("kv-dtype", "TYPE",
      "what keys and values are kept as: float32 (the default), bfloat16 or float16, which are half the size and change"
          + " the numbers");

  static final List<Option> FLAGS = List.of(
      DTYPE,
      Syntax.number("max-kv-size", "N",
          "positions that are kept: the first " + KvSettings.DEFAULT_KEEP + " and the last ones; without it, all"),
      Syntax.number("kv-bits", "N", "pack keys and values: 2, 3, 4, 6 or 8 bits a number"),
      Syntax.number("kv-group-size", "N", "packed numbers that share a scale: 32, 64 or 128 (64)"),
      Syntax.number("quantized-kv-start", "N", "the position from which on they are packed (5000)"));

  private KvOptions() {}

  /** @throws InvalidRequestException for a value out of its range */
  static KvSettings of(Flags flags) {
    DType dtype = FloatTypes.of(flags, "kv-dtype", DType.F32);
    int maxSize = flags.integer("max-kv-size", 0);
    if (flags.has("kv-bits")) {
      flags.refuseTogether("kv-bits", "max-kv-size");
      if (dtype != DType.F32) {
        flags.refuseTogether("kv-bits", "kv-dtype");
      }
      return packed(flags);
    }
    for (String flag : List.of("kv-group-size", "quantized-kv-start")) {
      if (flags.has(flag)) {
        throw flags.contradiction("--" + flag + " has no meaning without --kv-bits");
      }
    }
    if (flags.has("max-kv-size") && maxSize < 1) {
      throw new InvalidRequestException("max_kv_size", "must be greater than " + KvSettings.DEFAULT_KEEP
          + ", the first positions that are always kept, but is " + maxSize);
    }
    return KvSettings.rotating(dtype, maxSize, KvSettings.DEFAULT_KEEP);
  }

  private static KvSettings packed(Flags flags) {
    int bits = flags.integer("kv-bits", 0);
    if (bits == 0) {
      throw new InvalidRequestException("kv_bits", "must be 2, 3, 4, 6 or 8 but is 0");
    }
    return KvSettings.packed(bits, flags.integer("kv-group-size", KvSettings.DEFAULT_GROUP_SIZE),
        flags.integer("quantized-kv-start", KvSettings.DEFAULT_QUANTIZED_START));
  }
}
