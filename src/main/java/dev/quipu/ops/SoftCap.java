package dev.quipu.ops;

import static dev.quipu.ops.Lanes.FLOATS;
import static dev.quipu.ops.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Soft caps: c · tanh(x / c), which leaves small x alone and never passes c. tanh u = E / (E + 2) with E = e^2u − 1,
 * and E without cancellation: e^2u = 2^n · e^r as in {@link Exponential}, so that E = 2^n · (e^r − 1) + (2^n − 1).
 * Within 6 ulp.
 */
final class SoftCap {

  private static final VectorSpecies<Float> ROW = Lanes.ROW;
  private static final int V = ROW.length();

  /** From here on tanh is 1 in float32; of 2u. */
  static final float END = 20;

  private SoftCap() {}

  /** values = cap · tanh(scale · values / cap) from {@code from} to {@code to}, a number of whole vectors. */
  static void capped(float[] values, int from, int to, float scale, float cap) {
    float twice = 2 / cap;
    for (int i = from; i < to; i += V) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(ROW, values, i)).mul(scale).mul(twice).max(-END).min(END);
      FloatVector rounded = FLOATS.cast(
          x.fma(FloatVector.broadcast(ROW, Exponential.LOG2_E), FloatVector.broadcast(ROW, Exponential.ROUND)));
      IntVector n = INTS.cast(INTS.cast(rounded.reinterpretAsInts()).sub(Float.floatToRawIntBits(Exponential.ROUND)));
      FloatVector whole = FLOATS.cast(rounded.sub(Exponential.ROUND));
      FloatVector r = whole.fma(FloatVector.broadcast(ROW, -Exponential.LN2_HIGH), x);
      r = FLOATS.cast(whole.fma(FloatVector.broadcast(ROW, -Exponential.LN2_LOW), r));
      FloatVector e = r.fma(FloatVector.broadcast(ROW, 1f / 5040), FloatVector.broadcast(ROW, 1f / 720));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f / 120));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f / 24));
      e = r.fma(e, FloatVector.broadcast(ROW, 1f / 6));
      e = r.fma(e, FloatVector.broadcast(ROW, 0.5f));
      e = r.mul(r.fma(e, FloatVector.broadcast(ROW, 1f)));
      FloatVector power = FLOATS.cast(n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      e = FLOATS.cast(power.fma(e, power.sub(1)));
      e = FLOATS.cast(e.div(e.add(2))).mul(cap);
      FLOATS.cast(e).intoArray(values, i);
    }
  }

  /** {@link #capped} in plain Java, to the last bit; any range. */
  static void cappedCold(float[] values, int from, int to, float scale, float cap) {
    float twice = 2 / cap;
    for (int i = from; i < to; i++) {
      float x = Math.min(Math.max(values[i] * scale * twice, -END), END);
      float rounded = Math.fma(x, Exponential.LOG2_E, Exponential.ROUND);
      int n = Float.floatToRawIntBits(rounded) - Float.floatToRawIntBits(Exponential.ROUND);
      float whole = rounded - Exponential.ROUND;
      float r = Math.fma(whole, -Exponential.LN2_HIGH, x);
      r = Math.fma(whole, -Exponential.LN2_LOW, r);
      float e = Math.fma(r, 1f / 5040, 1f / 720);
      e = Math.fma(e, r, 1f / 120);
      e = Math.fma(e, r, 1f / 24);
      e = Math.fma(e, r, 1f / 6);
      e = Math.fma(e, r, 0.5f);
      e = Math.fma(e, r, 1f) * r;
      float power = Float.intBitsToFloat(n + 127 << 23);
      e = Math.fma(e, power, power - 1);
      values[i] = e / (e + 2) * cap;
    }
  }
}
