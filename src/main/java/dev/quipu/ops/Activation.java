package dev.quipu.ops;

/** The function between the two projections of an MLP, or on its gate where it has one. */
public enum Activation {
  /** x · sigmoid(x), also called swish; with the gate: SwiGLU. */
  SILU,
  /** ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), {@code gelu_pytorch_tanh}; with the gate: GeGLU. */
  GELU_TANH,
  /** x · Φ(x) = ½·x·(1 + erf(x/√2)), {@code gelu}: Φ is the normal distribution's (Hendrycks and Gimpel 2016). */
  GELU_ERF
}
