package dev.quipu.model;

import dev.quipu.tensor.Mat;

/**
 * Every tensor of the pass, declared once with its shape. All layers use the same arrays, one after the other; where
 * layers differ in width, each sees them in its own.
 *
 * @param h      [T, D] the residual stream
 * @param branch [T, D] what a block reads, then what it adds to the stream
 * @param layers what layer l makes of it; layers of one shape share one
 */
record Activations(Mat h, Mat branch, OfLayer[] layers) {

  /**
   * @param q        [T, H·hd]
   * @param k        [T, Hkv·hd]
   * @param v        [T, Hkv·hd]
   * @param attended [T, H·hd]
   * @param gate     [T, F]
   * @param up       [T, F]
   * @param qHeads   q as [T·H, hd]
   * @param kHeads   k as [T·Hkv, hd]
   * @param vHeads   v as [T·Hkv, hd]
   * @param qkv      q, k and v: they have one input
   * @param gateUp   gate and up
   */
  record OfLayer(
      Mat q, Mat k, Mat v, Mat attended, Mat gate, Mat up,
      Mat qHeads, Mat kHeads, Mat vHeads, Mat[] qkv, Mat[] gateUp) {

    private OfLayer(Mat q, Mat k, Mat v, Mat attended, Mat gate, Mat up, int headDim) {
      this(q, k, v, attended, gate, up,
          q.perHead(headDim), k.perHead(headDim), v.perHead(headDim), new Mat[] {q, k, v}, new Mat[] {gate, up});
    }

    /** T rows of these arrays as the layer needs them. */
    private OfLayer seenBy(LayerSpec layer, int rows) {
      int headDim = layer.attention().headDim();
      int queries = layer.attention().heads() * headDim;
      int keys = layer.attention().kvHeads() * headDim;
      return new OfLayer(
          new Mat(q.data(), rows, queries),
          new Mat(k.data(), rows, keys),
          new Mat(v.data(), rows, keys),
          new Mat(attended.data(), rows, queries),
          new Mat(gate.data(), rows, layer.intermediateSize()),
          new Mat(up.data(), rows, layer.intermediateSize()),
          headDim);
    }

    private boolean fits(LayerSpec layer) {
      int headDim = layer.attention().headDim();
      return headDim == qHeads.cols()
          && layer.attention().heads() * headDim == q.cols()
          && layer.attention().kvHeads() * headDim == k.cols()
          && layer.intermediateSize() == gate.cols();
    }
  }

  /** New arrays for T rows, as wide as the widest layer. */
  static Activations of(DecoderSpec spec, int rows) {
    int queries = 0;
    int keys = 0;
    int intermediate = 0;
    for (LayerSpec layer : spec.layers()) {
      queries = Math.max(queries, layer.attention().heads() * layer.attention().headDim());
      keys = Math.max(keys, layer.attention().kvHeads() * layer.attention().headDim());
      intermediate = Math.max(intermediate, layer.intermediateSize());
    }
    OfLayer widest = new OfLayer(
        Mat.zeros(rows, queries),
        Mat.zeros(rows, keys),
        Mat.zeros(rows, keys),
        Mat.zeros(rows, queries),
        Mat.zeros(rows, intermediate),
        Mat.zeros(rows, intermediate),
        1);
    Mat h = Mat.zeros(rows, spec.hiddenSize());
    return new Activations(h, Mat.zeros(rows, spec.hiddenSize()), views(spec, widest, rows));
  }

  int rows() {
    return h.rows();
  }

  OfLayer layer(int l) {
    return layers[l];
  }

  /** The first T rows of these arrays. */
  Activations firstRows(DecoderSpec spec, int rows) {
    return new Activations(h.firstRows(rows), branch.firstRows(rows), views(spec, layers[0], rows));
  }

  private static OfLayer[] views(DecoderSpec spec, OfLayer arrays, int rows) {
    OfLayer[] views = new OfLayer[spec.layers().size()];
    for (int l = 0; l < views.length; l++) {
      LayerSpec layer = spec.layers().get(l);
      for (int before = 0; before < l && views[l] == null; before++) {
        views[l] = views[before].fits(layer) ? views[before] : null;
      }
      if (views[l] == null) {
        views[l] = arrays.seenBy(layer, rows);
      }
    }
    return views;
  }
}
