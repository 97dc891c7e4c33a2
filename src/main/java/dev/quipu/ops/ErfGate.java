package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The gate {@link Activation#GELU_ERF}: x · Φ(x) = max(x, 0) − |x| · q(|x|) · e^(−x²/2). What is left of the tail of Φ
 * without its exponential, q(a) = ½·erfcx(a / √2), is smooth: a polynomial of degree 9 in 1 / (1 + 0.35·a), fitted to
 * 4·10⁻⁸ of q for a up to 15, where e^(−a²/2) is 0 in float32. The result is within 4·10⁻⁷ of the true one.
 */
final class ErfGate {

  private static final VectorSpecies<Float> ROW = Lanes.ROW;
  private static final int V = ROW.length();

  static final float END = 15;
  static final float BEND = 0.35f;
  static final float C1 = 0.13962126f;
  static final float C2 = 0.13986433f;
  static final float C3 = 0.11981559f;
  static final float C4 = 0.10557444f;
  static final float C5 = -0.02326291f;
  static final float C6 = 0.1593915f;
  static final float C7 = -0.25590056f;
  static final float C8 = 0.14406015f;
  static final float C9 = -0.029163787f;

  private ErfGate() {}

  /** gate = gate · Φ(gate) · up, for whole vectors from {@code from} to {@code to}. */
  static void gated(float[] gate, float[] up, int from, int to) {
    for (int i = from; i < to; i += V) {
      FloatVector g = FLOATS.cast(FloatVector.fromArray(ROW, gate, i));
      FloatVector a = g.abs().min(END);
      FloatVector t = FLOATS.cast(FloatVector.broadcast(ROW, 1)).div(a.mul(BEND).add(1));
      FloatVector q = t.fma(FloatVector.broadcast(ROW, C9), FloatVector.broadcast(ROW, C8));
      q = t.fma(q, FloatVector.broadcast(ROW, C7));
      q = t.fma(q, FloatVector.broadcast(ROW, C6));
      q = t.fma(q, FloatVector.broadcast(ROW, C5));
      q = t.fma(q, FloatVector.broadcast(ROW, C4));
      q = t.fma(q, FloatVector.broadcast(ROW, C3));
      q = t.fma(q, FloatVector.broadcast(ROW, C2));
      q = t.fma(q, FloatVector.broadcast(ROW, C1));
      FloatVector tail = a.mul(q).mul(t);

      FloatVector half = a.mul(-0.5f);
      FloatVector x = half.mul(a);
      FloatVector lost = half.fma(a, x.neg()); // what rounding took from −a²/2
      x = x.max(Exponential.LOWEST);
      FloatVector rounded = FLOATS.cast(
          x.fma(FloatVector.broadcast(ROW, Exponential.LOG2_E), FloatVector.broadcast(ROW, Exponential.ROUND)));
      IntVector n = INTS.cast(INTS.cast(rounded.reinterpretAsInts()).sub(Float.floatToRawIntBits(Exponential.ROUND)));
      FloatVector whole = FLOATS.cast(rounded.sub(Exponential.ROUND));
      FloatVector r = whole.fma(FloatVector.broadcast(ROW, -Exponential.LN2_HIGH), x);
      r = FLOATS.cast(FLOATS.cast(whole.fma(FloatVector.broadcast(ROW, -Exponential.LN2_LOW), r)).add(lost));
      FloatVector e = r.fma(FloatVector.broadcast(ROW, 1f / 5040), FloatVector.broadcast(ROW, 1f / 720));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f / 120));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f / 24));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f / 6));
      e = r.fma(e, FloatVector.broadcast(ROW, 0.5f));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f));
      // 2^n in two steps: n alone may be out of range
      IntVector firstStep = INTS.cast(n.lanewise(VectorOperators.ASHR, 1));
      IntVector power = INTS.cast(firstStep.add(127)).lanewise(VectorOperators.LSHL, 23);
      e = FLOATS.cast(e).mul(INTS.cast(power).reinterpretAsFloats());
      power = INTS.cast(INTS.cast(n.sub(firstStep)).add(127)).lanewise(VectorOperators.LSHL, 23);
      e = FLOATS.cast(e).mul(INTS.cast(power).reinterpretAsFloats());
      g = FLOATS.cast(FLOATS.cast(g.max(0)).sub(tail.mul(e))).mul(FloatVector.fromArray(ROW, up, i));
      FLOATS.cast(g).intoArray(gate, i);
    }
  }

  /** {@link #gated} in plain Java, to the last bit; any range. */
  static void gatedCold(float[] gate, float[] up, int from, int to) {
    for (int i = from; i < to; i++) {
      float a = Math.min(Math.abs(gate[i]), END);
      float t = 1 / (a * BEND + 1);
      float q = Math.fma(t, C9, C8);
      q = Math.fma(q, t, C7);
      q = Math.fma(q, t, C6);
      q = Math.fma(q, t, C5);
      q = Math.fma(q, t, C4);
      q = Math.fma(q, t, C3);
      q = Math.fma(q, t, C2);
      q = Math.fma(q, t, C1);
      float half = a * -0.5f;
      float x = half * a;
      float lost = Math.fma(half, a, -x);
      gate[i] = (Math.max(gate[i], 0) - a * q * t * ColdLoops.exp(x, lost)) * up[i];
    }
  }
}
