package dev.quipu.model;

import dev.quipu.tensor.Linear;

/**
 * The weights of one layer: projections named as in the checkpoint, norms by role (MODEL.md says why).
 *
 * @param preAttentionNorm  [D]
 * @param qProj             [H·hd, D]
 * @param kProj             [Hkv·hd, D]
 * @param vProj             [Hkv·hd, D]
 * @param qNorm             [hd], or null; Gemma 3
 * @param kNorm             [hd], or null; Gemma 3
 * @param oProj             [D, H·hd]
 * @param postAttentionNorm [D], or null; Gemma
 * @param preMlpNorm        [D]
 * @param gateProj          [F, D]
 * @param upProj            [F, D]
 * @param downProj          [D, F]
 * @param postMlpNorm       [D], or null; Gemma
 */
public record LayerWeights(
    float[] preAttentionNorm,
    Linear qProj,
    Linear kProj,
    Linear vProj,
    float[] qNorm,
    float[] kNorm,
    Linear oProj,
    float[] postAttentionNorm,
    float[] preMlpNorm,
    Linear gateProj,
    Linear upProj,
    Linear downProj,
    float[] postMlpNorm) {}
