package dev.quipu.model;

import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The forward pass of a decoder-only transformer, whole. Tokens go in; each row of the residual stream h passes L
 * layers, and each layer adds what it read from other positions (attention) and what it makes of that (MLP); the last
 * norm and the head turn a row into a score for every token of the vocabulary.
 *
 * <p>T rows of the call · D hidden size · H query heads · Hkv key/value heads · hd channels a head · F intermediate size
 * · V vocabulary. Families differ in the spec and in which norms are there. Used by one thread at a time.
 */
public final class Decoder {

  private final DecoderSpec spec;
  private final DecoderWeights weights;
  private final Ops ops;
  private final Linear[][] qkvProj; // of each layer: the projections of one input
  private final Linear[][] gateUpProj;
  private final Rope.Table[] ropes; // of each layer; layers with the same rope share one
  private final Rope.Table[] distinctRopes;
  private Activations buffers;
  private Activations a;
  private Mat selected; // [R, D] the rows of h whose logits are wanted
  private Mat logits; // [R, V]

  public Decoder(DecoderSpec spec, DecoderWeights weights, Ops ops) {
    this.spec = spec;
    this.weights = weights;
    this.ops = ops;
    this.qkvProj = new Linear[spec.layers().size()][];
    this.gateUpProj = new Linear[spec.layers().size()][];
    for (int l = 0; l < qkvProj.length; l++) {
      LayerWeights w = weights.layers().get(l);
      qkvProj[l] = new Linear[] {w.qProj(), w.kProj(), w.vProj()};
      gateUpProj[l] = new Linear[] {w.gateProj(), w.upProj()};
    }
    Map<Rope, Rope.Table> tables = new LinkedHashMap<>();
    this.ropes = new Rope.Table[spec.layers().size()];
    for (int l = 0; l < ropes.length; l++) {
      ropes[l] = tables.computeIfAbsent(spec.layers().get(l).rope(), Rope.Table::new);
    }
    this.distinctRopes = tables.values().toArray(Rope.Table[]::new);
    this.buffers = Activations.of(spec, 1);
    this.a = buffers;
    this.selected = Mat.zeros(1, spec.hiddenSize());
    this.logits = Mat.zeros(1, spec.vocabSize());
  }

  public DecoderSpec spec() {
    return spec;
  }

  /** An empty cache for one sequence of this model. */
  public SequenceCache newCache() {
    return new SequenceCache(spec);
  }

  /** As {@link #forward(Batch, Trace)}, unwatched. */
  public Mat forward(Batch batch) {
    return forward(batch, Trace.OFF);
  }

  /**
   * Runs the batch's tokens through the model and appends them to their caches.
   *
   * @return [R, V], the logits of the rows asked for, segment by segment; overwritten by the next call
   */
  public Mat forward(Batch batch, Trace trace) {
    prepare(batch);
    embed(batch);
    trace.at(Trace.NO_LAYER, "embed", a.h()); // [T, D]
    for (int l = 0; l < spec.layers().size(); l++) {
      attentionBlock(l, batch, trace);
      mlpBlock(l, batch.regime(), trace);
    }
    return head(batch, trace);
  }

  /** log Σ exp of a row of logits: what a logit is taken from to make a log-probability. */
  public float logSumExp(Mat logits, int row) {
    return ops.logSumExp(logits, row);
  }

  private void embed(Batch batch) {
    int row = 0;
    for (Segment s : batch.segments()) {
      ops.embed(a.h(), row, s.tokens, s.from, s.count, weights.embedTokens());
      row += s.count;
    }
    if (spec.embedScale() != 1) ops.scale(a.h(), spec.embedScale()); // Gemma
  }

  /** h += o_proj(attention(q, k, v)), with q and k turned by RoPE, and k and v kept in the caches. */
  private void attentionBlock(int l, Batch batch, Trace trace) {
    LayerSpec s = spec.layers().get(l);
    LayerWeights w = weights.layers().get(l);
    Regime regime = batch.regime();
    int headDim = s.attention().headDim();
    ops.rmsNorm(a.branch(), a.h(), w.preAttentionNorm(), spec.eps());
    trace.at(l, "input_layernorm", a.branch()); // [T, D]
    ops.linear(a.qkv(), a.branch(), qkvProj[l], regime);
    trace.at(l, "self_attn.q_proj", a.q()); // [T, H·hd]
    trace.at(l, "self_attn.k_proj", a.k()); // [T, Hkv·hd]
    trace.at(l, "self_attn.v_proj", a.v()); // [T, Hkv·hd]
    if (w.qNorm() != null) { // Gemma 3
      ops.rmsNorm(a.qHeads(), a.qHeads(), w.qNorm(), spec.eps());
      trace.at(l, "self_attn.q_norm", a.qHeads()); // [T·H, hd]
      ops.rmsNorm(a.kHeads(), a.kHeads(), w.kNorm(), spec.eps());
      trace.at(l, "self_attn.k_norm", a.kHeads()); // [T·Hkv, hd]
    }
    ops.rope(a.q(), headDim, ropes[l].rotation());
    trace.at(l, "self_attn.q_rope", a.qHeads()); // [T·H, hd]
    ops.rope(a.k(), headDim, ropes[l].rotation());
    trace.at(l, "self_attn.k_rope", a.kHeads()); // [T·Hkv, hd]
    attend(l, s, batch);
    trace.at(l, "self_attn.attn_out", a.attended()); // [T, H·hd]
    ops.linear(a.branch(), a.attended(), w.oProj(), regime);
    trace.at(l, "self_attn.o_proj", a.branch()); // [T, D]
    if (w.postAttentionNorm() != null) { // Gemma
      ops.rmsNorm(a.branch(), a.branch(), w.postAttentionNorm(), spec.eps());
      trace.at(l, "post_attention_layernorm", a.branch()); // [T, D]
    }
    ops.add(a.h(), a.branch());
    trace.at(l, "h_attn", a.h()); // [T, D]
  }

  /** The one step in which rows meet: each sequence by itself, each row with the past that its layer lets it see. */
  private void attend(int l, LayerSpec s, Batch batch) {
    int row = 0;
    for (Segment segment : batch.segments()) {
      KvCache cache = segment.cache.layer(l);
      int position = cache.length();
      cache.append(a.k(), a.v(), row, segment.count);
      ops.attention(a.attended(), a.q(), row, segment.count, cache, s.attention(), position);
      row += segment.count;
    }
  }

  /** h += down_proj(activation(gate_proj) · up_proj). */
  private void mlpBlock(int l, Regime regime, Trace trace) {
    LayerSpec s = spec.layers().get(l);
    LayerWeights w = weights.layers().get(l);
    boolean sandwich = w.postAttentionNorm() != null; // Gemma: the key of Llama's norm here names another norm there
    ops.rmsNorm(a.branch(), a.h(), w.preMlpNorm(), spec.eps());
    trace.at(l, sandwich ? "pre_feedforward_layernorm" : "post_attention_layernorm", a.branch()); // [T, D]
    ops.linear(a.gateUp(), a.branch(), gateUpProj[l], regime);
    trace.at(l, "mlp.gate_proj", a.gate()); // [T, F]
    trace.at(l, "mlp.up_proj", a.up()); // [T, F]
    ops.gate(a.gate(), a.up(), s.activation());
    trace.at(l, "mlp.act", a.gate()); // [T, F]
    ops.linear(a.branch(), a.gate(), w.downProj(), regime);
    trace.at(l, "mlp.down_proj", a.branch()); // [T, D]
    if (w.postMlpNorm() != null) { // Gemma
      ops.rmsNorm(a.branch(), a.branch(), w.postMlpNorm(), spec.eps());
      trace.at(l, "post_feedforward_layernorm", a.branch()); // [T, D]
    }
    ops.add(a.h(), a.branch());
    trace.at(l, "h_mlp", a.h()); // [T, D]
  }

  private Mat head(Batch batch, Trace trace) {
    select(batch);
    if (selected.rows() > 0) {
      ops.rmsNorm(selected, selected, weights.norm(), spec.eps());
      trace.at(Trace.NO_LAYER, "norm", selected); // [R, D]
      ops.linear(logits, selected, weights.lmHead(), batch.regime());
      trace.at(Trace.NO_LAYER, "logits", logits); // [R, V]
    }
    return logits;
  }

  /** Gathers the rows of h whose logits are wanted: the head is the widest product of all. */
  private void select(Batch batch) {
    int row = 0;
    int to = 0;
    for (Segment s : batch.segments()) {
      row += s.count;
      int wanted = s.logitRows();
      int width = spec.hiddenSize();
      System.arraycopy(a.h().data(), (row - wanted) * width, selected.data(), to * width, wanted * width);
      to += wanted;
    }
  }

  /** Buffers of the batch's size, and the angles of its positions. */
  private void prepare(Batch batch) {
    resize(batch.rows(), batch.logitRows());
    for (Rope.Table rope : distinctRopes) {
      rope.ensureRows(batch.rows());
      int row = 0;
      for (Segment s : batch.segments()) {
        rope.fill(row, s.count, s.cache.length(), s.seen);
        row += s.count;
      }
    }
  }

  private void resize(int rows, int logitRows) {
    if (rows > buffers.rows()) {
      buffers = Activations.of(spec, rows);
    }
    if (rows != a.rows()) {
      a = buffers.firstRows(rows);
    }
    if (logitRows != selected.rows()) {
      selected = resized(selected, logitRows, spec.hiddenSize());
      logits = resized(logits, logitRows, spec.vocabSize());
    }
  }

  private static Mat resized(Mat mat, int rows, int cols) {
    return rows * (long) cols <= mat.data().length ? new Mat(mat.data(), rows, cols) : Mat.zeros(rows, cols);
  }
}
