package dev.quipu.model;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
import java.util.List;

/**
 * All weights of a decoder.
 *
 * @param embedTokens [V, D]
 * @param layers      L of them
 * @param norm        [D], the last norm
 * @param lmHead      [V, D]; the embedding again where the two are tied
 */
public record DecoderWeights(Weight embedTokens, List<LayerWeights> layers, float[] norm, Linear lmHead) {

  public DecoderWeights {
    layers = List.copyOf(layers);
  }
}
