package dev.quipu.vision;

import dev.quipu.QuipuException;
import dev.quipu.model.Trace;
import dev.quipu.ops.Activation;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;

/**
 * A view through a Pixtral tower and its projector. Patches are projected and normed; each layer adds what a patch read
 * from all others, queries and keys turned by row and column (RoPE in two dimensions), and what it makes of that; then
 * Mistral 3 makes one row of each square of patches, and two linear layers lead to the text model's width.
 *
 * <p>P patches · D hidden size · H heads · hd channels a head · F intermediate size · n rows of D_text. Follows
 * mlx_vlm/models/pixtral and mistral3.
 */
final class PixtralPass extends VisionPass {

  private static final String TOWER = "vision_tower.vision_model.";
  private static final String PROJECTOR = "multi_modal_projector";

  private final PixtralSpec spec;
  private final PixtralWeights weights;
  private final Activation activation;
  private final Ops ops;
  private final Trace trace;
  private final Pixels view;
  private final int across; // patches
  private final AttentionShape attention;
  private final KvCache cache; // of the layer that is being computed
  private final Rotation rotation;
  private final Mat h;       // [P, D] the residual stream
  private final Mat branch;  // [P, D] what a block reads, then what it adds to the stream
  private final Mat q;       // [P, H·hd]
  private final Mat k;       // [P, H·hd]
  private final Mat v;       // [P, H·hd]
  private final Mat gate;    // [P, F]
  private final Mat up;      // [P, F]
  private Mat features;      // [n, D_text]

  PixtralPass(PixtralSpec spec, PixtralWeights weights, Activation activation, Ops ops, Pixels view, Trace trace) {
    super(spec.depth());
    this.spec = spec;
    this.weights = weights;
    this.activation = activation;
    this.ops = ops;
    this.trace = trace;
    this.view = view;
    this.across = view.width() / spec.patchSize();
    int down = view.height() / spec.patchSize();
    requireSize(down);
    int patches = across * down;
    this.attention = spec.attention();
    this.cache = new KvCache.Full(spec.heads(), spec.headDim());
    this.rotation = rotation(spec, down, across);
    this.h = Mat.zeros(patches, spec.hiddenSize());
    this.branch = Mat.zeros(patches, spec.hiddenSize());
    this.q = Mat.zeros(patches, spec.hiddenSize());
    this.k = Mat.zeros(patches, spec.hiddenSize());
    this.v = Mat.zeros(patches, spec.hiddenSize());
    this.gate = Mat.zeros(patches, spec.intermediateSize());
    this.up = Mat.zeros(patches, spec.intermediateSize());
  }

  private void requireSize(int down) {
    if (view.width() % spec.step() != 0 || view.height() % spec.step() != 0) {
      throw new QuipuException("the image processor makes views of " + view.width() + "x" + view.height()
          + " pixels, and the tower reads steps of " + spec.step() + " (patch_size · spatial_merge_size)");
    }
    if (Math.max(down, across) > spec.maxSide()) {
      throw new QuipuException("the image processor makes views of " + view.width() + "x" + view.height()
          + " pixels, and the tower knows positions for " + spec.maxSide() + " patches of " + spec.patchSize()
          + " pixels a side (image_size / patch_size)");
    }
  }

  /** Of a head's hd/2 pairs the first half turns by the row, with θ's even steps, the other half by the column. */
  static Rotation rotation(PixtralSpec spec, int down, int across) {
    int pairs = spec.headDim() / 2;
    Rotation rotation = new Rotation(down * across, spec.headDim(), false);
    for (int i = 0; i < down * across * pairs; i++) {
      int patch = i / pairs;
      int pair = i % pairs;
      boolean byRow = pair < pairs / 2;
      int step = byRow ? 2 * pair : 2 * (pair - pairs / 2) + 1;
      double angle = (byRow ? patch / across : patch % across) * Math.pow(spec.theta(), -2.0 * step / spec.headDim());
      rotation.cos()[i] = (float) Math.cos(angle);
      rotation.sin()[i] = (float) Math.sin(angle);
    }
    return rotation;
  }

  @Override
  void embed() {
    ops.linear(h, Patches.of(view, spec.patchSize()), weights.patchConv(), Regime.PROMPT);
    at("patch_conv", h); // [P, D]
    ops.rmsNorm(h, h, weights.lnPre(), PixtralSpec.LN_PRE_EPS);
    at("ln_pre", h); // [P, D]
  }

  @Override
  void layer(int l) {
    String layer = "transformer.layers." + l;
    attentionBlock(layer, weights.layers().get(l));
    mlpBlock(layer, weights.layers().get(l));
    at(layer, h); // [P, D]
  }

  /** h += o_proj(attention(q, k, v)), with q and k turned. */
  private void attentionBlock(String layer, PixtralWeights.Layer w) {
    ops.rmsNorm(branch, h, w.attentionNorm(), spec.eps());
    at(layer + ".attention_norm", branch); // [P, D]
    ops.linear(new Mat[] {q, k, v}, branch, new Linear[] {w.qProj(), w.kProj(), w.vProj()}, Regime.PROMPT);
    at(layer + ".attention.q_proj", q); // [P, H·hd]
    at(layer + ".attention.k_proj", k); // [P, H·hd]
    at(layer + ".attention.v_proj", v); // [P, H·hd]
    ops.rope(q, spec.headDim(), rotation);
    ops.rope(k, spec.headDim(), rotation);
    at(layer + ".attention.q_rope", q); // [P, H·hd]
    at(layer + ".attention.k_rope", k); // [P, H·hd]
    cache.trim(0);
    cache.append(k, v, 0, k.rows());
    ops.attention(branch, q, 0, q.rows(), cache, attention, 0);
    at(layer + ".attention.attn_out", branch); // [P, H·hd]
    ops.linear(q, branch, w.oProj(), Regime.PROMPT);
    at(layer + ".attention.o_proj", q); // [P, D]
    ops.add(h, q);
  }

  /** h += down_proj(silu(gate_proj) · up_proj). */
  private void mlpBlock(String layer, PixtralWeights.Layer w) {
    ops.rmsNorm(branch, h, w.ffnNorm(), spec.eps());
    at(layer + ".ffn_norm", branch); // [P, D]
    ops.linear(new Mat[] {gate, up}, branch, new Linear[] {w.gateProj(), w.upProj()}, Regime.PROMPT);
    at(layer + ".feed_forward.gate_proj", gate); // [P, F]
    at(layer + ".feed_forward.up_proj", up); // [P, F]
    ops.gate(gate, up, activation);
    at(layer + ".feed_forward.act", gate); // [P, F]
    ops.linear(branch, gate, w.downProj(), Regime.PROMPT);
    at(layer + ".feed_forward.down_proj", branch); // [P, D]
    ops.add(h, branch);
  }

  @Override
  void project() {
    Mat rows = weights.mergingLayer() == null ? h : merged(); // Mistral 3
    Mat inner = Mat.zeros(rows.rows(), spec.textHiddenSize());
    ops.linear(inner, rows, weights.linear1(), Regime.PROMPT);
    trace.at(Trace.NO_LAYER, PROJECTOR + ".linear_1", inner); // [n, D_text]
    ops.activate(inner, Activation.GELU_ERF);
    trace.at(Trace.NO_LAYER, PROJECTOR + ".gelu", inner); // [n, D_text]
    features = Mat.zeros(rows.rows(), spec.textHiddenSize());
    ops.linear(features, inner, weights.linear2(), Regime.PROMPT);
    trace.at(Trace.NO_LAYER, PROJECTOR, features); // [n, D_text]
  }

  /** Mistral 3: a norm, and one row of each square of patches. */
  private Mat merged() {
    ops.rmsNorm(h, h, weights.norm(), spec.mergeEps());
    trace.at(Trace.NO_LAYER, PROJECTOR + ".norm", h); // [P, D]
    Mat squares = squares(h, across, spec.merge()); // [n, D·merge²]
    Mat merged = Mat.zeros(squares.rows(), h.cols());
    ops.linear(merged, squares, weights.mergingLayer(), Regime.PROMPT);
    trace.at(Trace.NO_LAYER, PROJECTOR + ".patch_merger", merged); // [n, D]
    return merged;
  }

  /** The squares of a grid of patches, row after row; in each row the channels are the outer axis, as torch unfolds. */
  static Mat squares(Mat grid, int across, int merge) {
    int area = merge * merge;
    Mat squares = Mat.zeros(grid.rows() / area, grid.cols() * area);
    for (int square = 0; square < squares.rows(); square++) {
      int corner = square / (across / merge) * merge * across + square % (across / merge) * merge;
      for (int i = 0; i < area; i++) {
        int patch = corner + i / merge * across + i % merge;
        for (int c = 0; c < grid.cols(); c++) {
          squares.data()[square * squares.cols() + c * area + i] = grid.get(patch, c);
        }
      }
    }
    return squares;
  }

  @Override
  Mat projected() {
    return features;
  }

  private void at(String name, Mat m) {
    trace.at(Trace.NO_LAYER, TOWER + name, m);
  }
}
