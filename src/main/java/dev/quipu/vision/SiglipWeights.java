package dev.quipu.vision;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
import java.util.List;

/**
 * All weights of a SigLIP tower.
 *
 * @param patchEmbedding    [D, patch·patch·3]
 * @param positionEmbedding [P, D]
 * @param postLayerNorm     after the last layer
 */
public record SiglipWeights(
    Linear patchEmbedding, Weight positionEmbedding, List<Layer> layers, Norm postLayerNorm) {

  /** Scale and shift of a LayerNorm, [D] each. */
  public record Norm(float[] weight, float[] bias) {}

  /** One layer: projections [D, D], and the MLP's [F, D] and [D, F], all with biases. */
  public record Layer(
      Norm layerNorm1, Linear qProj, Linear kProj, Linear vProj, Linear outProj,
      Norm layerNorm2, Linear fc1, Linear fc2) {}

  public SiglipWeights {
    layers = List.copyOf(layers);
  }
}
