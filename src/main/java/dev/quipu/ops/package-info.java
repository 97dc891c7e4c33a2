/**
 * The dozen operations a decoder is made of: what each one means ({@link dev.quipu.ops.ScalarOps}) and how it is done
 * fast ({@code VectorOps}); and how floats are packed ({@link dev.quipu.ops.Quantizer}). Knows activations and weights;
 * knows no model, no family and no file. The only package that uses {@code jdk.incubator.vector}, and the only one with
 * threads.
 */
package dev.quipu.ops;
