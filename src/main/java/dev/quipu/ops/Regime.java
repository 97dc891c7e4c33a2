package dev.quipu.ops;

/**
 * Which of two summation orders a matrix product uses. The caller says it, the shape does not choose it: so a row's
 * numbers depend on its own history and its regime, and not on which rows share the call.
 */
public enum Regime {
  /** Many rows at once: weights are widened a band at a time and multiplied as tiles; bound by multiply-adds. */
  PROMPT,
  /** One or a few rows: weights are streamed once and unpacked in registers; bound by memory. */
  GENERATE
}
