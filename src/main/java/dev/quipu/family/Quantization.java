package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.tensor.Packing;
import java.util.Set;

/**
 * The {@code quantization} section of config.json: how the checkpoint says its matrices are packed, as a whole and
 * matrix by matrix. Knows no tensor. Follows mlx_lm/utils.py, load_model; refuses by name what it does not know.
 */
final class Quantization {

  /** Methods of other makers whose tensors are MLX's, so that the shapes say all. */
  private static final Set<String> METHODS = Set.of("mxfp4", "mxfp8");

  /** What the section says of one matrix. */
  enum Verdict {
    /** Nothing: it is packed if its scales are there, as the shapes imply. */
    BY_SHAPE,
    /** It is not packed. */
    DENSE,
    /** It is packed as {@link #packing} says. */
    PACKED
  }

  private final Config section; // null if there is none
  private final Packing whole;

  private Quantization(Config section, Packing whole) {
    this.section = section;
    this.whole = whole;
  }

  /** @throws QuipuException for bits, group sizes, modes and methods that are not supported */
  static Quantization of(Config config) {
    Config section = config.object("quantization");
    if (section == null) {
      section = config.object("quantization_config");
      if (section == null || section.has("quant_method")) {
        readMethod(section);
        return new Quantization(null, null);
      }
    }
    section.keys().forEach(section::get); // names of matrices: read when those are
    return new Quantization(section, packing(section));
  }

  private static void readMethod(Config section) {
    if (section != null) {
      String method = section.requireString("quant_method");
      if (!METHODS.contains(method)) {
        throw section.refuse("quant_method", "\"" + method + "\" is not supported; supported: MLX's own quantization, "
            + "mxfp4, mxfp8 (convert the original model with mlx_lm.convert -q)");
      }
      section.keys().forEach(section::get);
    }
  }

  Verdict of(String path) {
    Object entry = section == null ? null : section.get(path);
    if (entry == null) {
      return Verdict.BY_SHAPE;
    }
    return Boolean.FALSE.equals(entry) ? Verdict.DENSE : Verdict.PACKED;
  }

  /** The packing of a matrix that the section names. */
  Packing packing(String path) {
    return section.get(path) instanceof Boolean ? whole : packing(section.object(path));
  }

  /**
   * The packing that the shapes of a matrix and its scales imply.
   *
   * @param byteScales whether the scales are bytes, not floats
   */
  static Packing implied(String path, int in, long packedColumns, long scaleColumns, boolean byteScales) {
    long bits = 32 * packedColumns / in;
    long groupSize = scaleColumns == 0 ? 0 : in / scaleColumns;
    if (byteScales) {
      for (Packing.Micro micro : Packing.Micro.values()) {
        if (micro.bits() == bits && micro.groupSize() == groupSize) {
          return micro;
        }
      }
    } else if (Packing.Affine.BITS.contains((int) bits) && Packing.Affine.GROUP_SIZES.contains((int) groupSize)) {
      return new Packing.Affine((int) bits, (int) groupSize);
    }
    throw new QuipuException(path + ".weight: " + packedColumns + " packed words and " + scaleColumns
        + " scales a row for " + in + " inputs are no quantization of MLX (" + (byteScales
            ? "with scales of one byte: 4 or 8 bits in groups of 32, or 4 in groups of 16"
            : "bits 1, 2, 3, 4, 5, 6, 8; groups 32, 64, 128") + ")");
  }

  /** What is absent is the mode's own default, as in mlx.nn. */
  private static Packing packing(Config entry) {
    if (entry.booleanValue("global_scale", false)) {
      throw entry.refuse("global_scale", "is not supported (mlx-lm has it on layers of experts only)");
    }
    String mode = entry.stringValue("mode", "affine");
    Packing.Micro micro = Packing.Micro.of(mode);
    if (micro != null) {
      requireOwn(entry, "bits", micro.bits(), mode);
      requireOwn(entry, "group_size", micro.groupSize(), mode);
      return micro;
    }
    if (!mode.equals("affine")) {
      throw entry.refuse("mode", "\"" + mode + "\" is not supported; supported: affine, " + Packing.Micro.modes());
    }
    int bits = entry.intValue("bits", 4);
    if (!Packing.Affine.BITS.contains(bits)) {
      throw entry.refuse("bits", "must be 1, 2, 3, 4, 5, 6 or 8 but is " + bits);
    }
    int groupSize = entry.intValue("group_size", 64);
    if (!Packing.Affine.GROUP_SIZES.contains(groupSize)) {
      throw entry.refuse("group_size", "must be 32, 64 or 128 but is " + groupSize);
    }
    return new Packing.Affine(bits, groupSize);
  }

  private static void requireOwn(Config entry, String key, int expected, String mode) {
    int value = entry.intValue(key, expected);
    if (value != expected) {
      throw entry.refuse(key, "must be " + expected + " for " + mode + " but is " + value);
    }
  }
}
