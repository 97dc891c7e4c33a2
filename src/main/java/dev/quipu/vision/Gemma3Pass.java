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
import java.util.stream.IntStream;

/**
 * A view through Gemma 3's SigLIP tower and projector. Patches are projected and told where they are; each layer adds
 * what a patch read from all others (attention without a mask) and what it makes of that (MLP); the rows of the last
 * norm are averaged in squares, normed, and projected to the text model's width.
 *
 * <p>P patches · D hidden size · F intermediate size · n rows of D_text. Follows mlx_vlm/models/gemma3/vision.py and
 * gemma3.py.
 */
final class Gemma3Pass extends VisionPass {

  private static final String TOWER = "vision_tower.vision_model.";
  private static final String PROJECTOR = "multi_modal_projector";

  private final Gemma3VisionSpec spec;
  private final Gemma3VisionWeights weights;
  private final float postNormEps;
  private final Ops ops;
  private final Trace trace;
  private final Pixels view;
  private final AttentionShape attention;
  private final KvCache cache; // of the layer that is being computed
  private final Mat h;       // [P, D] the residual stream
  private final Mat branch;  // [P, D] what a block reads, then what it adds to the stream
  private final Mat q;       // [P, D]
  private final Mat k;       // [P, D]
  private final Mat v;       // [P, D]
  private final Mat wide;    // [P, F]
  private Mat features;      // [n, D_text]

  Gemma3Pass(Gemma3VisionSpec spec, Gemma3VisionWeights weights, float postNormEps, Ops ops, Pixels view, Trace trace) {
    super(spec.tower().layers());
    SiglipSpec tower = spec.tower();
    if (view.height() != tower.imageSize() || view.width() != tower.imageSize()) {
      throw new QuipuException("the image processor makes views of " + view.width() + "x" + view.height()
          + " pixels, and the tower's image_size is " + tower.imageSize());
    }
    this.spec = spec;
    this.weights = weights;
    this.postNormEps = postNormEps;
    this.ops = ops;
    this.trace = trace;
    this.view = view;
    this.attention = tower.attention();
    this.cache = new KvCache.Full(tower.heads(), tower.headDim());
    this.h = Mat.zeros(tower.patches(), tower.hiddenSize());
    this.branch = Mat.zeros(tower.patches(), tower.hiddenSize());
    this.q = Mat.zeros(tower.patches(), tower.hiddenSize());
    this.k = Mat.zeros(tower.patches(), tower.hiddenSize());
    this.v = Mat.zeros(tower.patches(), tower.hiddenSize());
    this.wide = Mat.zeros(tower.patches(), tower.intermediateSize());
  }

  @Override
  void embed() {
    SiglipWeights w = weights.tower();
    ops.linear(h, Patches.of(view, spec.tower().patchSize()), w.patchEmbedding(), Regime.PROMPT);
    at("embeddings.patch_embedding", h); // [P, D]
    int[] positions = IntStream.range(0, h.rows()).toArray();
    ops.embed(branch, 0, positions, 0, positions.length, w.positionEmbedding());
    ops.add(h, branch);
    at("embeddings", h); // [P, D]
  }

  @Override
  void layer(int l) {
    String layer = "encoder.layers." + l;
    attentionBlock(layer, weights.tower().layers().get(l));
    mlpBlock(layer, weights.tower().layers().get(l));
    at(layer, h); // [P, D]
  }

  /** h += out_proj(attention(q, k, v)). */
  private void attentionBlock(String layer, SiglipWeights.Layer w) {
    norm(branch, h, w.layerNorm1(), spec.tower().eps());
    at(layer + ".layer_norm1", branch); // [P, D]
    ops.linear(new Mat[] {q, k, v}, branch, new Linear[] {w.qProj(), w.kProj(), w.vProj()}, Regime.PROMPT);
    at(layer + ".self_attn.q_proj", q); // [P, D]
    at(layer + ".self_attn.k_proj", k); // [P, D]
    at(layer + ".self_attn.v_proj", v); // [P, D]
    cache.trim(0);
    cache.append(k, v, 0, k.rows());
    ops.attention(branch, q, 0, q.rows(), cache, attention, 0);
    at(layer + ".self_attn.attn_out", branch); // [P, D]
    ops.linear(q, branch, w.outProj(), Regime.PROMPT);
    at(layer + ".self_attn.out_proj", q); // [P, D]
    ops.add(h, q);
  }

  /** h += fc2(gelu(fc1)). */
  private void mlpBlock(String layer, SiglipWeights.Layer w) {
    norm(branch, h, w.layerNorm2(), spec.tower().eps());
    at(layer + ".layer_norm2", branch); // [P, D]
    ops.linear(wide, branch, w.fc1(), Regime.PROMPT);
    at(layer + ".mlp.fc1", wide); // [P, F]
    ops.activate(wide, Activation.GELU_TANH);
    at(layer + ".mlp.activation_fn", wide); // [P, F]
    ops.linear(branch, wide, w.fc2(), Regime.PROMPT);
    at(layer + ".mlp.fc2", branch); // [P, D]
    ops.add(h, branch);
  }

  @Override
  void project() {
    norm(h, h, weights.tower().postLayerNorm(), postNormEps);
    at("post_layernorm", h); // [P, D]
    Mat pooled = Mat.zeros(spec.rows(), h.cols());
    ops.averagePool(pooled, h, spec.tower().side(), spec.kernel(), spec.kernel());
    trace.at(Trace.NO_LAYER, PROJECTOR + ".avg_pool", pooled); // [n, D]
    ops.rmsNorm(pooled, pooled, weights.softEmbNorm(), spec.tower().eps());
    trace.at(Trace.NO_LAYER, PROJECTOR + ".mm_soft_emb_norm", pooled); // [n, D]
    features = Mat.zeros(spec.rows(), spec.textHiddenSize());
    ops.linear(features, pooled, weights.inputProjection(), Regime.PROMPT);
    trace.at(Trace.NO_LAYER, PROJECTOR, features); // [n, D_text]
  }

  @Override
  Mat projected() {
    return features;
  }

  private void norm(Mat out, Mat x, SiglipWeights.Norm norm, float eps) {
    ops.layerNorm(out, x, norm.weight(), norm.bias(), eps);
  }

  private void at(String name, Mat m) {
    trace.at(Trace.NO_LAYER, TOWER + name, m);
  }
}
