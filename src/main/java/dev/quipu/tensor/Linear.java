package dev.quipu.tensor;

/**
 * A projection: {@code y = x · wᵀ + bias}.
 *
 * @param weight [N, K]
 * @param bias   [N], or null
 */
public record Linear(Weight weight, float[] bias) {

  public Linear {
    if (bias != null && bias.length != weight.out()) {
      throw new IllegalArgumentException("bias of " + bias.length + " for " + weight.out() + " outputs");
    }
  }
}
