package dev.quipu.vision;

import dev.quipu.tensor.Linear;

/**
 * Gemma 3's tower and projector.
 *
 * @param softEmbNorm     [D] the norm of the pooled rows, its weight with the 1 that is stored less
 * @param inputProjection [D_text, D]
 */
public record Gemma3VisionWeights(SiglipWeights tower, float[] softEmbNorm, Linear inputProjection) {}
