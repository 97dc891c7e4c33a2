package dev.quipu.model;

import dev.quipu.tensor.Linear;
import java.util.List;

/**
 * The weights of one layer: projections named as in the checkpoint, norms by role (MODEL.md says why).
 *
 * @param preAttentionNorm  [D]
 * @param qProj             [H·hd, D]
 * @param kProj             [Hkv·hd, D], or null where another layer's keys are read; Gemma 4
 * @param vProj             [Hkv·hd, D], or null where values are keys, or another layer's; Gemma 4
 * @param qNorm             [hd], or null; Qwen 3, Gemma 3 and 4
 * @param kNorm             [hd], or null, as qNorm
 * @param vNorm             [hd] ones, or null; Gemma 4
 * @param oProj             [D, H·hd]
 * @param postAttentionNorm [D], or null; Gemma from 2 on
 * @param preMlpNorm        [D]
 * @param gateProj          [F, D]
 * @param upProj            [F, D]
 * @param downProj          [D, F]
 * @param experts           or null; Gemma 4
 * @param postMlpNorm       [D], or null; Gemma from 2 on
 * @param perLayerInput     or null; Gemma 4
 * @param outputScale       what the layer's output is multiplied by; 1 but for Gemma 4
 */
public record LayerWeights(
    float[] preAttentionNorm,
    Linear qProj,
    Linear kProj,
    Linear vProj,
    float[] qNorm,
    float[] kNorm,
    float[] vNorm,
    Linear oProj,
    float[] postAttentionNorm,
    float[] preMlpNorm,
    Linear gateProj,
    Linear upProj,
    Linear downProj,
    Experts experts,
    float[] postMlpNorm,
    PerLayerInput perLayerInput,
    float outputScale) {

  /** The projections that the layer has of its one input. */
  Linear[] qkvProj() {
    if (kProj == null) {
      return new Linear[] {qProj};
    }
    return vProj == null ? new Linear[] {qProj, kProj} : new Linear[] {qProj, kProj, vProj};
  }

  /**
   * How a layer takes in the input of its own.
   *
   * @param gate       [P, D]
   * @param projection [D, P]
   * @param norm       [D]
   */
  public record PerLayerInput(Linear gate, Linear projection, float[] norm) {}

  /**
   * A mixture of experts beside the MLP.
   *
   * @param postMlpNorm    [D], on what the MLP gives
   * @param routerNorm     [D], for the router's input
   * @param router         [E, D]
   * @param perExpertScale [E]
   * @param preNorm        [D], for the experts' input
   * @param gateUp         of each expert gate [Fe, D] and up [Fe, D]
   * @param down           of each expert [D, Fe]
   * @param postNorm       [D], on what the experts give
   */
  public record Experts(
      float[] postMlpNorm,
      float[] routerNorm,
      Linear router,
      float[] perExpertScale,
      float[] preNorm,
      List<Linear[]> gateUp,
      List<Linear> down,
      float[] postNorm) {}
}
