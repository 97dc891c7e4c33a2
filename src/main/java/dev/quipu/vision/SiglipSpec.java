package dev.quipu.vision;

import dev.quipu.tensor.AttentionShape;

/**
 * The numbers of a SigLIP tower.
 *
 * @param imageSize side of the square views that it sees
 * @param patchSize side of a patch
 * @param eps       of the layers' norms
 */
public record SiglipSpec(
    int hiddenSize, int heads, int intermediateSize, int layers, int imageSize, int patchSize, float eps) {

  /** Patches along a side. */
  public int side() {
    return imageSize / patchSize;
  }

  /** P, patches of a view. */
  public int patches() {
    return side() * side();
  }

  int headDim() {
    return hiddenSize / heads;
  }

  /** Every patch sees every other. */
  AttentionShape attention() {
    float scale = (float) Math.pow(headDim(), -0.5);
    return new AttentionShape(heads, heads, headDim(), scale, AttentionShape.ALL).seeingAhead();
  }
}
