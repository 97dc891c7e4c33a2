package dev.quipu.model;

import java.util.List;

/**
 * The numbers of a decoder: what makes one family or size differ from another, as data.
 *
 * @param hiddenSize   D
 * @param vocabSize    V
 * @param maxPositions context length
 * @param eps          of every RMSNorm
 * @param embedScale   what embeddings are multiplied by; 1 but for Gemma
 * @param layers       L of them
 */
public record DecoderSpec(
    int hiddenSize, int vocabSize, int maxPositions, float eps, float embedScale, List<LayerSpec> layers) {

  public DecoderSpec {
    layers = List.copyOf(layers);
  }
}
