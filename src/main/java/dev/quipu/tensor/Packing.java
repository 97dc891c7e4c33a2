package dev.quipu.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the elements of a row are packed: how many bits each has, and how many neighbours share a scale. Element j of a
 * row lies at bit {@code j · bits} of the row's bytes, lowest bit first, in every packing.
 */
public sealed interface Packing {

  int bits();

  /** Neighbours in a row that share a scale. */
  int groupSize();

  /** As a checkpoint and its {@code quantization} section call it. */
  String mode();

  /** MLX's affine quantization: {@code w = scale · q + bias}, q unsigned. */
  record Affine(int bits, int groupSize) implements Packing {

    public static final Set<Integer> BITS = Set.of(1, 2, 3, 4, 5, 6, 8);
    public static final Set<Integer> GROUP_SIZES = Set.of(32, 64, 128);

    public Affine {
      if (!BITS.contains(bits) || !GROUP_SIZES.contains(groupSize)) {
        throw new IllegalArgumentException("no affine packing: " + bits + " bits in groups of " + groupSize);
      }
    }

    @Override
    public String mode() {
      return "affine";
    }
  }

  /** Tiny floats with a scale of one byte a group: {@code w = scale · element}. */
  enum Micro implements Packing {
    /** E2M1 elements, E8M0 scales: OCP's MXFP4. */
    MXFP4(4, 32),
    /** E4M3 elements, E8M0 scales: OCP's MXFP8. */
    MXFP8(8, 32),
    /** E2M1 elements, E4M3 scales: NVIDIA's NVFP4 without its scale for the whole tensor. */
    NVFP4(4, 16);

    private final int bits;
    private final int groupSize;

    Micro(int bits, int groupSize) {
      this.bits = bits;
      this.groupSize = groupSize;
    }

    @Override
    public int bits() {
      return bits;
    }

    @Override
    public int groupSize() {
      return groupSize;
    }

    @Override
    public String mode() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one of this mode, or null. */
    public static Micro of(String mode) {
      return Arrays.stream(values()).filter(micro -> micro.mode().equals(mode)).findFirst().orElse(null);
    }

    /** All modes, for messages. */
    public static String modes() {
      return Arrays.stream(values()).map(Micro::mode).collect(Collectors.joining(", "));
    }
  }
}
