package dev.quipu.vision;

import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;

/**
 * The numbers of a Pixtral tower and its projector.
 *
 * @param maxSide           patches along the longest side that the tower knows positions for
 * @param depth             layers that are computed: features may come from an earlier one than the last
 * @param theta             of the tower's RoPE
 * @param eps               of the layers' norms
 * @param hiddenAct         of the tower's gates, as the configuration has it
 * @param merge             Mistral 3: squares of so many patches a side become one row; 1 where there is no merger
 * @param mergeEps          Mistral 3: of the norm before the merger
 * @param textHiddenSize    D_text
 * @param imageTokenId      of the token whose positions take the rows
 */
public record PixtralSpec(
    int hiddenSize, int heads, int intermediateSize, int layers, int depth, int patchSize, int maxSide, double theta,
    float eps, Activation hiddenAct, int merge, float mergeEps, int textHiddenSize, int imageTokenId) {

  /** The default of mlx.nn.RMSNorm, and Transformers' number for this norm. */
  static final float LN_PRE_EPS = 1e-5f;

  /** mlx-vlm takes SiLU whatever the configuration says. */
  Activation activation(VisionReference reference) {
    return reference == VisionReference.HF ? hiddenAct : Activation.SILU;
  }

  int headDim() {
    return hiddenSize / heads;
  }

  /** Pixels along a side of what becomes one row. */
  int step() {
    return patchSize * merge;
  }

  /** Every patch of a view sees every other: mlx-vlm's mask lets no views see each other. */
  AttentionShape attention() {
    float scale = (float) Math.pow(headDim(), -0.5);
    return new AttentionShape(heads, heads, headDim(), scale, AttentionShape.ALL).seeingAhead();
  }
}
