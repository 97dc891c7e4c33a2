package dev.quipu.ops;

/** What the activations are, in double precision. */
final class ActivationFormula {

  private static final int STEPS = 500; // of Simpson's rule; even

  private ActivationFormula() {}

  static double of(double x, Activation activation) {
    return switch (activation) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
      case GELU_ERF -> x * normal(x);
    };
  }

  /** Φ(x) = ½ + ∫₀ˣ e^(−t²/2) / √2π dt. */
  private static double normal(double x) {
    double step = x / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      int weight = i == 0 || i == STEPS ? 1 : i % 2 == 0 ? 2 : 4;
      sum += weight * Math.exp(-0.5 * (i * step) * (i * step));
    }
    return 0.5 + sum * step / 3 / Math.sqrt(2 * Math.PI);
  }
}
