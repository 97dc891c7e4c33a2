package dev.quipu.model;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
import java.util.List;

/**
 * All weights of a decoder.
 *
 * @param embedTokens    [V, D]
 * @param perLayerInputs where the layers have an input of their own (Gemma 4), or null
 * @param layers         L of them
 * @param norm           [D], the last norm
 * @param lmHead         [V, D]; the embedding again where the two are tied
 */
public record DecoderWeights(
    Weight embedTokens, PerLayerInputs perLayerInputs, List<LayerWeights> layers, float[] norm, Linear lmHead) {

  /**
   * What makes the input that each layer has of its own.
   *
   * @param embedTokens [V, L·P]
   * @param projection  [L·P, D]
   * @param norm        [P]
   */
  public record PerLayerInputs(Weight embedTokens, Linear projection, float[] norm) {}

  public DecoderWeights {
    layers = List.copyOf(layers);
  }
}
