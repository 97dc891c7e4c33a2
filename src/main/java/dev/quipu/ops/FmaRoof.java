package dev.quipu.ops;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Fused multiply-adds that touch registers alone, in chains that do not wait for each other: how fast products could be
 * computed at best. Which loop is the fastest depends on how many registers there are and how many chains it takes to
 * fill the processor's pipelines, so there are several. Each step of a chain is s = ½ · 1 + s.
 */
final class FmaRoof {

  /** As wide as the processor likes, whatever the kernels use. */
  private static final VectorSpecies<Float> WIDEST = FloatVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Float> NARROW = FloatVector.SPECIES_256;
  private static final Class<? extends FloatVector> WIDEST_CLASS = WIDEST.vectorType().asSubclass(FloatVector.class);
  private static final Class<? extends FloatVector> NARROW_CLASS = NARROW.vectorType().asSubclass(FloatVector.class);
  private static final boolean HAS_NARROW = WIDEST.length() > NARROW.length();

  /** The chains of each loop, times the lanes of each. */
  static final int[] LANES = {12 * WIDEST.length(), 20 * WIDEST.length(), HAS_NARROW ? 12 * NARROW.length() : 0};

  private FmaRoof() {}

  /** Runs a loop: {@code LANES[loop] · rounds} multiply-adds. */
  static float run(int loop, int rounds) {
    return switch (loop) {
      case 0 -> twelveWidest(rounds);
      case 1 -> twentyWidest(rounds);
      case 2 -> twelveNarrow(rounds);
      default -> throw new IllegalArgumentException("loop " + loop);
    };
  }

  /** Fits sixteen registers. */
  private static float twelveWidest(int rounds) {
    FloatVector half = WIDEST_CLASS.cast(FloatVector.broadcast(WIDEST, 0.5f));
    FloatVector one = FloatVector.broadcast(WIDEST, 1);
    FloatVector s0 = FloatVector.zero(WIDEST);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    FloatVector s8 = s0;
    FloatVector s9 = s0;
    FloatVector s10 = s0;
    FloatVector s11 = s0;
    for (int i = 0; i < rounds; i++) {
      s0 = half.fma(one, s0);
      s1 = half.fma(one, s1);
      s2 = half.fma(one, s2);
      s3 = half.fma(one, s3);
      s4 = half.fma(one, s4);
      s5 = half.fma(one, s5);
      s6 = half.fma(one, s6);
      s7 = half.fma(one, s7);
      s8 = half.fma(one, s8);
      s9 = half.fma(one, s9);
      s10 = half.fma(one, s10);
      s11 = half.fma(one, s11);
    }
    s0 = s0.add(s1).add(s2).add(s3);
    s4 = s4.add(s5).add(s6).add(s7);
    s8 = s8.add(s9).add(s10).add(s11);
    s0 = s0.add(s4).add(s8);
    return s0.reduceLanes(VectorOperators.ADD);
  }

  /** For thirty-two registers, and four pipelines of four stages. */
  private static float twentyWidest(int rounds) {
    FloatVector half = WIDEST_CLASS.cast(FloatVector.broadcast(WIDEST, 0.5f));
    FloatVector one = FloatVector.broadcast(WIDEST, 1);
    FloatVector s0 = FloatVector.zero(WIDEST);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    FloatVector s8 = s0;
    FloatVector s9 = s0;
    FloatVector s10 = s0;
    FloatVector s11 = s0;
    FloatVector s12 = s0;
    FloatVector s13 = s0;
    FloatVector s14 = s0;
    FloatVector s15 = s0;
    FloatVector s16 = s0;
    FloatVector s17 = s0;
    FloatVector s18 = s0;
    FloatVector s19 = s0;
    for (int i = 0; i < rounds; i++) {
      s0 = half.fma(one, s0);
      s1 = half.fma(one, s1);
      s2 = half.fma(one, s2);
      s3 = half.fma(one, s3);
      s4 = half.fma(one, s4);
      s5 = half.fma(one, s5);
      s6 = half.fma(one, s6);
      s7 = half.fma(one, s7);
      s8 = half.fma(one, s8);
      s9 = half.fma(one, s9);
      s10 = half.fma(one, s10);
      s11 = half.fma(one, s11);
      s12 = half.fma(one, s12);
      s13 = half.fma(one, s13);
      s14 = half.fma(one, s14);
      s15 = half.fma(one, s15);
      s16 = half.fma(one, s16);
      s17 = half.fma(one, s17);
      s18 = half.fma(one, s18);
      s19 = half.fma(one, s19);
    }
    s0 = s0.add(s1).add(s2).add(s3);
    s4 = s4.add(s5).add(s6).add(s7);
    s8 = s8.add(s9).add(s10).add(s11);
    s12 = s12.add(s13).add(s14).add(s15);
    s16 = s16.add(s17).add(s18).add(s19);
    s0 = s0.add(s4).add(s8).add(s12);
    s0 = s0.add(s16);
    return s0.reduceLanes(VectorOperators.ADD);
  }

  /** Where the widest vectors slow the processor down. */
  private static float twelveNarrow(int rounds) {
    FloatVector half = NARROW_CLASS.cast(FloatVector.broadcast(NARROW, 0.5f));
    FloatVector one = FloatVector.broadcast(NARROW, 1);
    FloatVector s0 = FloatVector.zero(NARROW);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    FloatVector s8 = s0;
    FloatVector s9 = s0;
    FloatVector s10 = s0;
    FloatVector s11 = s0;
    for (int i = 0; i < rounds; i++) {
      s0 = half.fma(one, s0);
      s1 = half.fma(one, s1);
      s2 = half.fma(one, s2);
      s3 = half.fma(one, s3);
      s4 = half.fma(one, s4);
      s5 = half.fma(one, s5);
      s6 = half.fma(one, s6);
      s7 = half.fma(one, s7);
      s8 = half.fma(one, s8);
      s9 = half.fma(one, s9);
      s10 = half.fma(one, s10);
      s11 = half.fma(one, s11);
    }
    s0 = s0.add(s1).add(s2).add(s3);
    s4 = s4.add(s5).add(s6).add(s7);
    s8 = s8.add(s9).add(s10).add(s11);
    s0 = s0.add(s4).add(s8);
    return s0.reduceLanes(VectorOperators.ADD);
  }
}
