package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.WIDE_FLOATS;
import static dev.quipu.ops.Lanes.WIDE_INTS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The places that need e^x: softmax, its normalizer and the gates. {@code e^x = 2^n · e^r} with {@code n = round(x / ln
 * 2)} and the Taylor polynomial of degree 7 for e^r, |r| ≤ ½ ln 2; within 2 ulp of the true value, 0 below −104 and
 * infinite above 88.73. Written out in both loops: the JIT keeps vectors in registers only within one method.
 */
final class Exponential {

  private static final VectorSpecies<Float> ROW = Lanes.ROW;
  static final int V = ROW.length();
  private static final VectorSpecies<Float> WIDE = Lanes.WIDE;

  /** Elements that a gate takes at a time. */
  static final int W = WIDE.length();

  static final float LOWEST = -104; // e^x is 0 in float32
  static final float HIGHEST = 89; // infinite
  static final float LARGE = 1e30f; // times 0 is 0: an infinite square would not be
  static final float LOG2_E = 1.44269504f;
  static final float LN2_HIGH = 0.693359375f; // few bits: n · LN2_HIGH is exact
  static final float LN2_LOW = -2.12194440e-4f;
  static final float ROUND = 0x1.8p23f; // adding it leaves the nearest integer in the low bits

  // Of what is at most 1: 2^n = 2^(n + 65) · 2^−65; the first is in range, and ROUND_UP leaves its exponent in the low bits
  static final float ROUND_UP = ROUND + 127 + 65;
  static final float DOWN = 0x1p-65f;

  // GELU's tanh form as gate / (1 + e^−(a·x + b·x³))
  private static final float GELU_A = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float GELU_B = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

  private Exponential() {}

  /**
   * values = e^(scale · values − max) from {@code from} to {@code to}, a number of {@link #W}, and the sum of them in
   * the lanes of a row's vector, whatever made the numbers. None is above 1: {@code max} is that of them all.
   */
  static float shifted(float[] values, int from, int to, float scale, float max) {
    FloatVector sum = FloatVector.zero(ROW);
    for (int i = from; i < to; i += W) {
      FloatVector x = WIDE_FLOATS.cast(WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, values, i)).mul(scale)).sub(max);
      x = WIDE_FLOATS.cast(x);
      x = WIDE_FLOATS.cast(x.blend(LOWEST, x.compare(VectorOperators.LT, LOWEST)));
      FloatVector rounded = WIDE_FLOATS.cast(
          x.fma(FloatVector.broadcast(WIDE, LOG2_E), FloatVector.broadcast(WIDE, ROUND_UP)));
      FloatVector whole = WIDE_FLOATS.cast(rounded.sub(ROUND_UP));
      FloatVector r = whole.fma(FloatVector.broadcast(WIDE, -LN2_HIGH), x);
      r = WIDE_FLOATS.cast(whole.fma(FloatVector.broadcast(WIDE, -LN2_LOW), r));
      FloatVector e = r.fma(FloatVector.broadcast(WIDE, 1f / 5040), FloatVector.broadcast(WIDE, 1f / 720));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 120));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 24));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 6));
      e = r.fma(e, FloatVector.broadcast(WIDE, 0.5f));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f));
      IntVector power = WIDE_INTS.cast(WIDE_INTS.cast(rounded.reinterpretAsInts()).lanewise(VectorOperators.LSHL, 23));
      e = WIDE_FLOATS.cast(e).mul(WIDE_FLOATS.cast(power.reinterpretAsFloats()));
      e = WIDE_FLOATS.cast(WIDE_FLOATS.cast(e).mul(DOWN));
      e.intoArray(values, i);
      sum = FLOATS.cast(FloatVector.fromArray(ROW, values, i)).add(sum);
      if (W > V) sum = FLOATS.cast(FloatVector.fromArray(ROW, values, i + V)).add(sum);
    }
    sum = FLOATS.cast(sum);
    if (V == 8) sum = sum.add(sum.rearrange(Lanes.BY_4));
    sum = sum.add(sum.rearrange(Lanes.BY_2));
    sum = sum.add(sum.rearrange(Lanes.BY_1));
    return sum.lane(0);
  }

  /** log Σ e^x over x[at … at + count). */
  static float logSum(float[] x, int at, int count, Scratch scratch, Warmth warmth) {
    int whole = Math.ceilDiv(count, W) * W;
    scratch.scores = Scratch.grown(scratch.scores, whole);
    float[] shifted = scratch.scores;
    System.arraycopy(x, at, shifted, 0, count);
    Arrays.fill(shifted, count, whole, Float.NEGATIVE_INFINITY);
    float max = max(shifted, 0, count);
    float sum = warmth.isCold() ? ColdLoops.shifted(shifted, 0, whole, 1, max) : shifted(shifted, 0, whole, 1, max);
    return max + (float) Math.log(sum);
  }

  /** {@link #max} by vectors: the JIT's own code for it takes a number at a time. NaN may be passed over. */
  static float largest(float[] values, int from, int to) {
    if (to - from < 2 * W) {
      return max(values, from, to);
    }
    FloatVector even = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, values, from));
    FloatVector odd = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, values, from + W));
    int i = from + 2 * W;
    for (; i <= to - 2 * W; i += 2 * W) {
      FloatVector x = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, values, i));
      FloatVector y = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, values, i + W));
      even = WIDE_FLOATS.cast(even.blend(x, x.compare(VectorOperators.GT, even)));
      odd = WIDE_FLOATS.cast(odd.blend(y, y.compare(VectorOperators.GT, odd)));
    }
    float max = WIDE_FLOATS.cast(WIDE_FLOATS.cast(even).max(odd)).reduceLanes(VectorOperators.MAX);
    for (; i < to; i++) {
      max = Math.max(max, values[i]);
    }
    return max;
  }

  static float max(float[] values, int from, int to) {
    float max = values[from];
    for (int i = from + 1; i < to; i++) {
      max = Math.max(max, values[i]);
    }
    return max;
  }

  /** gate = activation(gate) · up, for whole vectors from {@code from} to {@code to}. */
  static void gated(float[] gate, float[] up, int from, int to, Activation activation) {
    switch (activation) {
      case SILU -> sigmoidGated(gate, up, from, to, 1, 0);
      case GELU_TANH -> sigmoidGated(gate, up, from, to, GELU_A, GELU_B);
      case GELU_ERF -> ErfGate.gated(gate, up, from, to);
    }
  }

  /** {@link #gated} in plain Java, to the last bit; any range. */
  static void gatedCold(float[] gate, float[] up, int from, int to, Activation activation) {
    switch (activation) {
      case SILU -> ColdLoops.sigmoidGated(gate, up, from, to, 1, 0);
      case GELU_TANH -> ColdLoops.sigmoidGated(gate, up, from, to, GELU_A, GELU_B);
      case GELU_ERF -> ErfGate.gatedCold(gate, up, from, to);
    }
  }

  /**
   * gate = gate / (1 + e^−y) · up for whole vectors from {@code from} to {@code to}, y = a·x + b·x³: SiLU with a = 1
   * and b = 0. GELU's tanh form is the same function, since ½(1 + tanh u) = 1 / (1 + e^−2u).
   */
  private static void sigmoidGated(float[] gate, float[] up, int from, int to, float a, float b) {
    for (int i = from; i < to; i += W) {
      FloatVector g = WIDE_FLOATS.cast(FloatVector.fromArray(WIDE, gate, i));
      FloatVector x = g.mul(g).min(LARGE).mul(b).add(a).mul(g).neg().max(LOWEST).min(HIGHEST);
      FloatVector rounded =
          WIDE_FLOATS.cast(x.fma(FloatVector.broadcast(WIDE, LOG2_E), FloatVector.broadcast(WIDE, ROUND)));
      IntVector n = WIDE_INTS.cast(WIDE_INTS.cast(rounded.reinterpretAsInts()).sub(Float.floatToRawIntBits(ROUND)));
      FloatVector whole = WIDE_FLOATS.cast(rounded.sub(ROUND));
      FloatVector r = whole.fma(FloatVector.broadcast(WIDE, -LN2_HIGH), x);
      r = WIDE_FLOATS.cast(whole.fma(FloatVector.broadcast(WIDE, -LN2_LOW), r));
      FloatVector e = r.fma(FloatVector.broadcast(WIDE, 1f / 5040), FloatVector.broadcast(WIDE, 1f / 720));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 120));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 24));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f / 6));
      e = r.fma(e, FloatVector.broadcast(WIDE, 0.5f));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f));
      e = r.fma(e, FloatVector.broadcast(WIDE, 1f));
      IntVector half = WIDE_INTS.cast(n.lanewise(VectorOperators.ASHR, 1));
      IntVector power = WIDE_INTS.cast(half.add(127)).lanewise(VectorOperators.LSHL, 23);
      e = WIDE_FLOATS.cast(e).mul(WIDE_INTS.cast(power).reinterpretAsFloats());
      power = WIDE_INTS.cast(WIDE_INTS.cast(n.sub(half)).add(127)).lanewise(VectorOperators.LSHL, 23);
      e = WIDE_FLOATS.cast(WIDE_FLOATS.cast(e).mul(WIDE_INTS.cast(power).reinterpretAsFloats()));
      g = WIDE_FLOATS.cast(g.div(e.add(1))).mul(FloatVector.fromArray(WIDE, up, i));
      WIDE_FLOATS.cast(g).intoArray(gate, i);
    }
  }
}
