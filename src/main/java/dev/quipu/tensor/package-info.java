/**
 * What operations work on: activations ({@link dev.quipu.tensor.Mat}), weights as they lie in the file
 * ({@link dev.quipu.tensor.Weight}), the turning of RoPE and the keys and values kept so far. Knows shapes and layouts;
 * knows no arithmetic, no model and no file format.
 */
package dev.quipu.tensor;
