package dev.quipu.ops;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector widths of this run, chosen once: constants to the JIT. Knows no kernel.
 *
 * <p>The system property {@code quipu.vector.bits} (128, 256 or 512) sets the width; by default it is the one that the
 * processor prefers. Kernels that stream weights use at most 256 bits, and eight packed words are a whole number of
 * groups or groups of them; but 4 and 8 bits have kernels for 512 ({@link WideAffine4Dot}), for long rows of whole
 * vectors.
 */
final class Lanes {

  private static final VectorShape SHAPE = shape(System.getProperty("quipu.vector.bits"));

  /** Floats of the widest vectors: tiles, attention, everything element by element. */
  static final VectorSpecies<Float> WIDE = VectorSpecies.of(float.class, SHAPE);

  /** Floats of the vectors that unpack weights: 8 lanes, or 4 where the processor has no more. */
  static final VectorSpecies<Float> ROW = WIDE.length() > 8 ? FloatVector.SPECIES_256 : WIDE;

  /** Packed words, as many as {@link #ROW} has lanes. */
  static final VectorSpecies<Integer> WORDS = ROW.length() == 8 ? IntVector.SPECIES_256 : IntVector.SPECIES_128;

  /** Packed words, as many as {@link #WIDE} has lanes. */
  static final VectorSpecies<Integer> WIDE_WORDS = VectorSpecies.of(int.class, SHAPE);

  // Classes of these vectors, to cast to: the API only says FloatVector, and a cast costs nothing once it is compiled.
  // Where the JIT does not know which class it is, it goes by what all kernels together have shown it so far; where
  // that misled it too often, it keeps vectors on the heap for as long as the virtual machine lives (SPEED.md, Cliffs).
  // So what a load, a broadcast or a conversion gives is cast before anything is called on it, and in long methods,
  // of which the JIT takes in the end last, so is what any other operation gives.
  static final Class<? extends FloatVector> WIDE_FLOATS = WIDE.vectorType().asSubclass(FloatVector.class);
  static final Class<? extends IntVector> WIDE_INTS = WIDE_WORDS.vectorType().asSubclass(IntVector.class);
  static final Class<? extends FloatVector> FLOATS = ROW.vectorType().asSubclass(FloatVector.class);
  static final Class<? extends IntVector> INTS = WORDS.vectorType().asSubclass(IntVector.class);

  /** Whether there are 32 vector registers, as AVX-512 and AArch64 have them, and not 16. */
  static final boolean MANY_REGISTERS = WIDE.length() > 8 || System.getProperty("os.arch").equals("aarch64");

  // Partners of each lane in a sum over lanes, half a vector apart, then a quarter … Vector.reduceLanes would do, but
  // leaves the order open, and it differs between interpreted and compiled code.
  static final VectorShuffle<Float> BY_4 = partners(4);
  static final VectorShuffle<Float> BY_2 = partners(2);
  static final VectorShuffle<Float> BY_1 = partners(1);

  /** The byte order of every checkpoint. */
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private Lanes() {}

  private static VectorShape shape(String bits) {
    if (bits == null) {
      VectorShape preferred = FloatVector.SPECIES_PREFERRED.vectorShape();
      return preferred.vectorBitSize() > 512 ? VectorShape.S_512_BIT : preferred;
    }
    return switch (bits) {
      case "128" -> VectorShape.S_128_BIT;
      case "256" -> VectorShape.S_256_BIT;
      case "512" -> VectorShape.S_512_BIT;
      default -> throw new IllegalArgumentException("quipu.vector.bits must be 128, 256 or 512 but is " + bits);
    };
  }

  private static VectorShuffle<Float> partners(int distance) {
    return VectorShuffle.fromOp(ROW, lane -> lane ^ distance % ROW.length());
  }

  /** For the log: the width in bits. */
  static String describe() {
    return WIDE.vectorBitSize() + "-bit vectors";
  }
}
