package dev.quipu.model;

import java.util.List;

/**
 * The numbers of a decoder: what makes one family or size differ from another, as data.
 *
 * @param hiddenSize    D
 * @param vocabSize     V
 * @param maxPositions  context length
 * @param eps           of every RMSNorm
 * @param embedScale    what embeddings are multiplied by; 1 but for Gemma
 * @param logitSoftcap  c of c · tanh(logit / c); 0 for none (Gemma 2 and 4)
 * @param queryGrowth   how queries grow with their position, or null (Ministral 3)
 * @param perLayerWidth P, channels of the input that each layer has of its own; 0 for none (Gemma 4)
 * @param layers        L of them
 */
public record DecoderSpec(
    int hiddenSize,
    int vocabSize,
    int maxPositions,
    float eps,
    float embedScale,
    float logitSoftcap,
    QueryGrowth queryGrowth,
    int perLayerWidth,
    List<LayerSpec> layers) {

  /**
   * Queries × 1 + β · ln(1 + ⌊position / originalMaxPositions⌋), so that attention stays sharp over a long context
   * (Llama 4, Ministral 3).
   */
  public record QueryGrowth(double beta, double originalMaxPositions) {

    float at(int position) {
      return (float) (1 + beta * Math.log(1 + Math.floor(position / originalMaxPositions)));
    }
  }

  public DecoderSpec {
    layers = List.copyOf(layers);
    for (int l = 0; l < layers.size(); l++) {
      requireKeys(layers, l);
    }
  }

  /** What most families need. */
  public DecoderSpec(
      int hiddenSize, int vocabSize, int maxPositions, float eps, float embedScale, List<LayerSpec> layers) {
    this(hiddenSize, vocabSize, maxPositions, eps, embedScale, 0, null, 0, layers);
  }

  public DecoderSpec withLogitSoftcap(float cap) {
    return new DecoderSpec(
        hiddenSize, vocabSize, maxPositions, eps, embedScale, cap, queryGrowth, perLayerWidth, layers);
  }

  public DecoderSpec withQueryGrowth(QueryGrowth growth) {
    return new DecoderSpec(
        hiddenSize, vocabSize, maxPositions, eps, embedScale, logitSoftcap, growth, perLayerWidth, layers);
  }

  public DecoderSpec withPerLayerWidth(int width) {
    return new DecoderSpec(
        hiddenSize, vocabSize, maxPositions, eps, embedScale, logitSoftcap, queryGrowth, width, layers);
  }

  /** A layer may read the keys of an earlier one that has its own, of the same shape. */
  private static void requireKeys(List<LayerSpec> layers, int l) {
    LayerSpec.Keys keys = layers.get(l).keys();
    if (keys.own()) {
      return;
    }
    boolean earlier = keys.layer() >= 0 && keys.layer() < l && layers.get(keys.layer()).keys().own();
    if (!earlier || !layers.get(l).attention().equals(layers.get(keys.layer()).attention())) {
      throw new IllegalArgumentException("layer " + l + " cannot read the keys of layer " + keys.layer());
    }
  }
}
