package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import java.util.Set;

/**
 * The {@code quantization} section of config.json: how the checkpoint says its matrices are packed, as a whole and
 * matrix by matrix. Knows no tensor. Follows mlx_lm/utils.py, load_model; refuses by name what is not affine.
 */
final class Quantization {

  private static final Set<Integer> BITS = Set.of(2, 3, 4, 5, 6, 8);
  private static final Set<Integer> GROUP_SIZES = Set.of(32, 64, 128);

  /** Affine quantization of one matrix. */
  record Affine(int bits, int groupSize) {}

  /** What the section says of one matrix. */
  enum Verdict {
    /** Nothing: it is quantized if its scales are there, with the format that the shapes imply. */
    BY_SHAPE,
    /** It is not quantized. */
    DENSE,
    /** It is quantized with {@link #format}. */
    AFFINE
  }

  private final Config section; // null if there is none
  private final Affine whole;

  private Quantization(Config section, Affine whole) {
    this.section = section;
    this.whole = whole;
  }

  /** @throws QuipuException for bits, group sizes, modes and methods that are not supported */
  static Quantization of(Config config) {
    Config section = config.object("quantization");
    if (section == null) {
      section = config.object("quantization_config");
      refuseMethod(section);
    }
    if (section == null) {
      return new Quantization(null, null);
    }
    section.keys().forEach(section::get); // names of matrices: read when those are
    return new Quantization(section, affine(section, section));
  }

  private static void refuseMethod(Config section) {
    String method = section == null ? null : section.stringValue("quant_method", null);
    if (method != null) {
      throw section.refuse("quant_method", "\"" + method + "\" is not supported; supported: MLX's affine quantization "
          + "(convert the original model with mlx_lm.convert -q)");
    }
  }

  Verdict of(String path) {
    Object entry = section == null ? null : section.get(path);
    if (entry == null) {
      return Verdict.BY_SHAPE;
    }
    return Boolean.FALSE.equals(entry) ? Verdict.DENSE : Verdict.AFFINE;
  }

  /** The format of a matrix that the section names. */
  Affine format(String path) {
    return section.get(path) instanceof Boolean ? whole : affine(section.object(path), section);
  }

  /** The format that the shapes of a matrix and its scales imply. */
  static Affine implied(String path, int in, long packedColumns, long scaleColumns) {
    if (packedColumns > 0 && scaleColumns > 0) {
      long bits = 32 * packedColumns / in;
      long groupSize = in / scaleColumns;
      if (BITS.contains((int) bits) && GROUP_SIZES.contains((int) groupSize)) {
        return new Affine((int) bits, (int) groupSize);
      }
    }
    throw new QuipuException(path + ".weight: " + packedColumns + " packed words and " + scaleColumns
        + " scales a row for " + in + " inputs are no affine quantization (bits 2, 3, 4, 5, 6, 8; groups 32, 64, 128)");
  }

  private static Affine affine(Config entry, Config defaults) {
    String mode = entry.stringValue("mode", "affine");
    if (!mode.equals("affine")) {
      throw entry.refuse("mode", "\"" + mode + "\" is not supported; supported: affine");
    }
    int bits = entry.intValue("bits", defaults.intValue("bits", 4));
    if (!BITS.contains(bits)) {
      throw entry.refuse("bits", "must be 2, 3, 4, 5, 6 or 8 but is " + bits);
    }
    int groupSize = entry.intValue("group_size", defaults.intValue("group_size", 64));
    if (!GROUP_SIZES.contains(groupSize)) {
      throw entry.refuse("group_size", "must be 32, 64 or 128 but is " + groupSize);
    }
    return new Affine(bits, groupSize);
  }
}
