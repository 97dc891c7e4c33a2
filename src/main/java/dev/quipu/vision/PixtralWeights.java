package dev.quipu.vision;

import dev.quipu.tensor.Linear;
import java.util.List;

/**
 * All weights of a Pixtral tower and its projector.
 *
 * @param patchConv    [D, patch·patch·3]
 * @param lnPre        [D]
 * @param norm         [D], or null: Mistral 3 has it, before the merger
 * @param mergingLayer [D, D·merge²], or null
 * @param linear1      [D_text, D]
 * @param linear2      [D_text, D_text]
 */
public record PixtralWeights(
    Linear patchConv, float[] lnPre, List<Layer> layers, float[] norm, Linear mergingLayer, Linear linear1,
    Linear linear2) {

  /** One layer: projections [D, D], gate and up [F, D], down [D, F], no biases. */
  public record Layer(
      float[] attentionNorm, Linear qProj, Linear kProj, Linear vProj, Linear oProj,
      float[] ffnNorm, Linear gateProj, Linear upProj, Linear downProj) {}

  public PixtralWeights {
    layers = List.copyOf(layers);
  }
}
