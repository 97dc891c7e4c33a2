package dev.quipu.ops;

/** The standard normal distribution, in double. */
final class Normal {

  /** From here on the tail is computed by itself: 1 − Φ would lose its digits. */
  private static final double TAIL = 3;

  private static final int FRACTION_TERMS = 60;

  private Normal() {}

  /** Φ(x), the share of the distribution below x: ½·(1 + erf(x / √2)). */
  static double below(double x) {
    if (Math.abs(x) < TAIL) {
      return 0.5 + density(x) * series(x);
    }
    return x < 0 ? tail(-x) : 1 - tail(x);
  }

  private static double density(double x) {
    return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }

  /** x + x³/3 + x⁵/(3·5) + … */
  private static double series(double x) {
    double term = x;
    double sum = 0;
    for (int n = 3; sum + term != sum; n += 2) {
      sum += term;
      term *= x * x / n;
    }
    return sum;
  }

  /** 1 − Φ(x) for large x: density / (x + 1/(x + 2/(x + 3/(x + …)))). */
  private static double tail(double x) {
    double fraction = x;
    for (int n = FRACTION_TERMS; n > 0; n--) {
      fraction = x + n / fraction;
    }
    return density(x) / fraction;
  }
}
