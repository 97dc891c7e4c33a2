package dev.quipu.model;

import dev.quipu.tensor.Mat;

/**
 * Every tensor of the pass, declared once with its shape. All layers use the same buffers, one after the other.
 *
 * @param h        [T, D] the residual stream
 * @param branch   [T, D] what a block reads, then what it adds to the stream
 * @param q        [T, H·hd]
 * @param k        [T, Hkv·hd]
 * @param v        [T, Hkv·hd]
 * @param attended [T, H·hd]
 * @param gate     [T, F]
 * @param up       [T, F]
 * @param qHeads   q as [T·H, hd]
 * @param kHeads   k as [T·Hkv, hd]
 * @param qkv      q, k and v: they have one input
 * @param gateUp   gate and up
 */
record Activations(
    Mat h, Mat branch, Mat q, Mat k, Mat v, Mat attended, Mat gate, Mat up,
    Mat qHeads, Mat kHeads, Mat[] qkv, Mat[] gateUp) {

  private Activations(Mat h, Mat branch, Mat q, Mat k, Mat v, Mat attended, Mat gate, Mat up, int headDim) {
    this(h, branch, q, k, v, attended, gate, up,
        q.perHead(headDim), k.perHead(headDim), new Mat[] {q, k, v}, new Mat[] {gate, up});
  }

  /** New buffers for T rows. */
  static Activations of(DecoderSpec spec, int rows) {
    LayerSpec layer = spec.layers().getFirst();
    int headDim = layer.attention().headDim();
    Mat q = Mat.zeros(rows, layer.attention().heads() * headDim);
    Mat k = Mat.zeros(rows, layer.attention().kvHeads() * headDim);
    return new Activations(
        Mat.zeros(rows, spec.hiddenSize()),
        Mat.zeros(rows, spec.hiddenSize()),
        q,
        k,
        Mat.zeros(rows, k.cols()),
        Mat.zeros(rows, q.cols()),
        Mat.zeros(rows, layer.intermediateSize()),
        Mat.zeros(rows, layer.intermediateSize()),
        headDim);
  }

  int rows() {
    return h.rows();
  }

  /** The first T rows of these buffers. */
  Activations firstRows(int rows) {
    return new Activations(
        h.firstRows(rows),
        branch.firstRows(rows),
        q.firstRows(rows),
        k.firstRows(rows),
        v.firstRows(rows),
        attended.firstRows(rows),
        gate.firstRows(rows),
        up.firstRows(rows),
        qHeads.cols());
  }
}
