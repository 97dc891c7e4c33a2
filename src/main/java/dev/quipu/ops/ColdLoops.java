package dev.quipu.ops;

/**
 * The inner loops of attention, norms and gates in plain Java, for as long as the vector code is cold. Each gives the
 * numbers of its vector twin to the last bit: the same operations on the same lanes, added up in the same order.
 */
final class ColdLoops {

  private static final int V = Lanes.ROW.length(); // a power of two

  private ColdLoops() {}

  /** {@link FloatDot#dot}: four sums a lane, then one a lane, then one. */
  static float dot(float[] a, int aAt, float[] b, int bAt, int length) {
    float[] lanes = new float[4 * V];
    int whole = length / (4 * V) * (4 * V);
    for (int i = 0; i < whole; i++) {
      int lane = i & 4 * V - 1;
      lanes[lane] = Math.fma(a[aAt + i], b[bAt + i], lanes[lane]);
    }
    int i = whole;
    for (; i < length / V * V; i++) {
      lanes[i & V - 1] = Math.fma(a[aAt + i], b[bAt + i], lanes[i & V - 1]);
    }
    for (int lane = 0; lane < V; lane++) {
      lanes[lane] = lanes[lane] + lanes[V + lane] + (lanes[2 * V + lane] + lanes[3 * V + lane]);
    }
    float sum = acrossLanes(lanes);
    for (; i < length; i++) {
      sum = Math.fma(a[aAt + i], b[bAt + i], sum);
    }
    return sum;
  }

  /** The sum of V lanes: each with its partner half a vector away, then a quarter …; overwrites them. */
  private static float acrossLanes(float[] lanes) {
    for (int distance = V / 2; distance > 0; distance /= 2) {
      for (int lane = 0; lane < distance; lane++) {
        lanes[lane] += lanes[lane + distance];
      }
    }
    return lanes[0];
  }

  /** {@link Exponential#shifted}. */
  static float shifted(float[] values, int from, int to, float scale, float max) {
    float[] lanes = new float[V];
    for (int i = from; i < to; i++) {
      values[i] = exp(values[i] * scale - max);
      lanes[i - from & V - 1] += values[i];
    }
    return acrossLanes(lanes);
  }

  /** {@link Exponential#sigmoidGated}. */
  static void sigmoidGated(float[] gate, float[] up, int from, int to, float a, float b) {
    for (int i = from; i < to; i++) {
      float g = gate[i];
      float x = -((Math.min(g * g, Exponential.LARGE) * b + a) * g);
      gate[i] = g / (exp(x) + 1) * up[i];
    }
  }

  static float exp(float x) {
    return exp(x, 0);
  }

  /** e^(x + lost) as {@link Exponential} computes it; {@code lost} is below the last bit of x. */
  static float exp(float x, float lost) {
    float bounded = Math.min(Math.max(x, Exponential.LOWEST), Exponential.HIGHEST);
    float rounded = Math.fma(bounded, Exponential.LOG2_E, Exponential.ROUND);
    int n = Float.floatToRawIntBits(rounded) - Float.floatToRawIntBits(Exponential.ROUND);
    float whole = rounded - Exponential.ROUND;
    float r = Math.fma(whole, -Exponential.LN2_HIGH, bounded);
    r = Math.fma(whole, -Exponential.LN2_LOW, r) + lost;
    float e = Math.fma(r, 1f / 5040, 1f / 720);
    e = Math.fma(e, r, 1f / 120);
    e = Math.fma(e, r, 1f / 24);
    e = Math.fma(e, r, 1f / 6);
    e = Math.fma(e, r, 0.5f);
    e = Math.fma(e, r, 1f);
    e = Math.fma(e, r, 1f);
    int half = n >> 1;
    e *= Float.intBitsToFloat(half + 127 << 23);
    return e * Float.intBitsToFloat(n - half + 127 << 23);
  }
}
