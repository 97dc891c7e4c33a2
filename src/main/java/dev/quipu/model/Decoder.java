package dev.quipu.model;

import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The forward pass of a decoder-only transformer, whole. Tokens go in; each row of the residual stream h passes L
 * layers, and each layer adds what it read from other positions (attention) and what it makes of that (MLP); the last
 * norm and the head turn a row into a score for every token of the vocabulary.
 *
 * <p>T rows of the call · D hidden size · H query heads · Hkv key/value heads · hd channels a head · F intermediate
 * size · V vocabulary. Families differ in the spec and in which norms are there; what has more arrows than this picture
 * stands in a block beside ({@link PerLayerInputBlock}, {@link ExpertsBlock}). Used by one thread at a time.
 */
public final class Decoder {

  private final DecoderSpec spec;
  private final DecoderWeights weights;
  private final Ops ops;
  private final Linear[][] qkvProj; // of each layer: the projections of one input
  private final Linear[][] gateUpProj;
  private final Rope.Table[] ropes; // of each layer, or null; layers with the same rope share one
  private final Rope.Table[] distinctRopes;
  private final PerLayerInputBlock perLayerInput; // or null
  private final ExpertsBlock experts; // or null
  private Activations buffers;
  private Activations a;
  private Mat selected; // [R, D] the rows of h whose logits are wanted
  private Mat logits; // [R, V]
  private float[] queryFactors = new float[1]; // [T]

  public Decoder(DecoderSpec spec, DecoderWeights weights, Ops ops) {
    this.spec = spec;
    this.weights = weights;
    this.ops = ops;
    this.qkvProj = new Linear[spec.layers().size()][];
    this.gateUpProj = new Linear[spec.layers().size()][];
    for (int l = 0; l < qkvProj.length; l++) {
      LayerWeights w = weights.layers().get(l);
      qkvProj[l] = w.qkvProj();
      gateUpProj[l] = new Linear[] {w.gateProj(), w.upProj()};
    }
    Map<Rope, Rope.Table> tables = new IdentityHashMap<>();
    this.ropes = new Rope.Table[spec.layers().size()];
    for (int l = 0; l < ropes.length; l++) {
      Rope rope = spec.layers().get(l).rope();
      ropes[l] = rope == null ? null : tables.computeIfAbsent(rope, Rope.Table::new);
    }
    this.distinctRopes = tables.values().toArray(Rope.Table[]::new);
    this.perLayerInput = spec.perLayerWidth() > 0 ? new PerLayerInputBlock(spec, weights, ops) : null;
    this.experts = spec.layers().getFirst().experts() != null ? new ExpertsBlock(spec, weights, ops) : null;
    this.buffers = Activations.of(spec, 1);
    this.a = buffers;
    this.selected = Mat.zeros(1, spec.hiddenSize());
    this.logits = Mat.zeros(1, spec.vocabSize());
  }

  public DecoderSpec spec() {
    return spec;
  }

  /** An empty cache for one sequence of this model, in float32. */
  public SequenceCache newCache() {
    return newCache(KvSettings.FLOAT32);
  }

  /** An empty cache for one sequence of this model. */
  public SequenceCache newCache(KvSettings settings) {
    return new SequenceCache(spec, settings);
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

  /** Says that several tokens are to be generated in a call soon; false as long as that would be slow for once. */
  public boolean expectSeveralRows() {
    return ops.expectSeveralRows();
  }

  /** log Σ exp of a row of logits: what a logit is taken from to make a log-probability. */
  public float logSumExp(Mat logits, int row) {
    return ops.logSumExp(logits, row);
  }

  private void embed(Batch batch) {
    int row = 0;
    for (Segment s : batch.segments()) {
      ops.embed(a.h(), row, s.tokens, s.from, s.count, weights.embedTokens());
      for (int i = 0; i < s.embedded.size(); i++) {
        s.embedded.get(i).copyTo(a.h(), row, s.position, s.count);
      }
      row += s.count;
    }
    if (spec.embedScale() != 1) ops.scale(a.h(), spec.embedScale()); // Gemma
    if (perLayerInput != null) perLayerInput.prepare(batch, a.h()); // Gemma 4
  }

  /** h += o_proj(attention(q, k, v)), with q and k turned by RoPE, and k and v kept in the caches. */
  private void attentionBlock(int l, Batch batch, Trace trace) {
    LayerWeights w = weights.layers().get(l);
    ops.rmsNorm(a.branch(), a.h(), w.preAttentionNorm(), spec.eps());
    trace.at(l, "input_layernorm", a.branch()); // [T, D]
    project(l, batch.regime(), trace);
    if (w.qNorm() != null) normHeads(l, trace); // Qwen 3, Gemma 3, Gemma 4
    if (ropes[l] != null) turn(l, trace); // all but a few layers of SmolLM 3
    if (spec.queryGrowth() != null) ops.scaleRows(a.layer(l).q(), queryFactors); // Ministral 3
    attend(l, batch);
    trace.at(l, "self_attn.attn_out", a.layer(l).attended()); // [T, H·hd]
    ops.linear(a.branch(), a.layer(l).attended(), w.oProj(), batch.regime());
    trace.at(l, "self_attn.o_proj", a.branch()); // [T, D]
    if (w.postAttentionNorm() != null) { // Gemma 2, 3, 4
      ops.rmsNorm(a.branch(), a.branch(), w.postAttentionNorm(), spec.eps());
      trace.at(l, "post_attention_layernorm", a.branch()); // [T, D]
    }
    ops.add(a.h(), a.branch());
    trace.at(l, "h_attn", a.h()); // [T, D]
  }

  /** What each head asks for, and by which key it is found and what it says there. */
  private void project(int l, Regime regime, Trace trace) {
    LayerSpec.Keys keys = spec.layers().get(l).keys();
    Activations.OfLayer at = a.layer(l);
    ops.linear(at.qkv(), a.branch(), qkvProj[l], regime);
    trace.at(l, "self_attn.q_proj", at.q()); // [T, H·hd]
    if (keys.own()) { // Gemma 4: some layers read the keys of another
      trace.at(l, "self_attn.k_proj", at.k()); // [T, Hkv·hd]
      if (!keys.values()) System.arraycopy(at.k().data(), 0, at.v().data(), 0, at.k().size()); // Gemma 4
      trace.at(l, "self_attn.v_proj", at.v()); // [T, Hkv·hd]
    }
  }

  private void normHeads(int l, Trace trace) {
    LayerWeights w = weights.layers().get(l);
    Activations.OfLayer at = a.layer(l);
    ops.rmsNorm(at.qHeads(), at.qHeads(), w.qNorm(), spec.eps());
    trace.at(l, "self_attn.q_norm", at.qHeads()); // [T·H, hd]
    if (w.kNorm() != null) {
      ops.rmsNorm(at.kHeads(), at.kHeads(), w.kNorm(), spec.eps());
      trace.at(l, "self_attn.k_norm", at.kHeads()); // [T·Hkv, hd]
    }
    if (w.vNorm() != null) { // Gemma 4
      ops.rmsNorm(at.vHeads(), at.vHeads(), w.vNorm(), spec.eps());
      trace.at(l, "self_attn.v_norm", at.vHeads()); // [T·Hkv, hd]
    }
  }

  private void turn(int l, Trace trace) {
    LayerSpec s = spec.layers().get(l);
    Activations.OfLayer at = a.layer(l);
    ops.rope(at.q(), s.attention().headDim(), ropes[l].rotation());
    trace.at(l, "self_attn.q_rope", at.qHeads()); // [T·H, hd]
    if (s.keys().own()) {
      ops.rope(at.k(), s.attention().headDim(), ropes[l].rotation());
      trace.at(l, "self_attn.k_rope", at.kHeads()); // [T·Hkv, hd]
    }
  }

  /** The one step in which rows meet: each sequence by itself, each row with the past that its layer lets it see. */
  private void attend(int l, Batch batch) {
    int row = 0;
    for (Segment segment : batch.segments()) {
      attend(l, segment, row);
      row += segment.count;
    }
  }

  /** In one step, or in several where rows see differently, or where the cache is packed on the way. */
  private void attend(int l, Segment segment, int first) {
    LayerCache layer = segment.cache.layer(l);
    Activations.OfLayer at = a.layer(l);
    int rows;
    for (int done = 0; done < segment.count; done += rows) {
      int position = segment.position + done;
      rows = layer.rowsAlike(position, segment.alike(position, segment.count - done));
      KvCache cache = layer.at(position);
      if (spec.layers().get(l).keys().own()) cache.append(at.k(), at.v(), first + done, rows); // else the other has
      AttentionShape shape = layer.attention();
      if (segment.seesAhead(position)) shape = shape.seeingAhead(); // the rows of an image, as Transformers has Gemma 3
      ops.attention(at.attended(), at.q(), first + done, rows, cache, shape, position);
    }
  }

  /** h += down_proj(activation(gate_proj) · up_proj). */
  private void mlpBlock(int l, Regime regime, Trace trace) {
    LayerWeights w = weights.layers().get(l);
    Activations.OfLayer at = a.layer(l);
    boolean sandwich = w.postAttentionNorm() != null; // Gemma: the key of Llama's norm here names another norm there
    ops.rmsNorm(a.branch(), a.h(), w.preMlpNorm(), spec.eps());
    trace.at(l, sandwich ? "pre_feedforward_layernorm" : "post_attention_layernorm", a.branch()); // [T, D]
    ops.linear(at.gateUp(), a.branch(), gateUpProj[l], regime);
    trace.at(l, "mlp.gate_proj", at.gate()); // [T, F]
    trace.at(l, "mlp.up_proj", at.up()); // [T, F]
    ops.gate(at.gate(), at.up(), spec.layers().get(l).activation());
    trace.at(l, "mlp.act", at.gate()); // [T, F]
    ops.linear(a.branch(), at.gate(), w.downProj(), regime);
    trace.at(l, "mlp.down_proj", a.branch()); // [T, D]
    if (experts != null) experts.run(l, a.branch(), a.h(), regime, trace); // Gemma 4
    if (w.postMlpNorm() != null) { // Gemma 2, 3, 4
      ops.rmsNorm(a.branch(), a.branch(), w.postMlpNorm(), spec.eps());
      trace.at(l, "post_feedforward_layernorm", a.branch()); // [T, D]
    }
    ops.add(a.h(), a.branch());
    if (perLayerInput != null) perLayerInput.run(l, a.h(), a.branch(), regime, trace); // Gemma 4
    if (w.outputScale() != 1) ops.scale(a.h(), w.outputScale()); // Gemma 4
    trace.at(l, "h_mlp", a.h()); // [T, D]
  }

  private Mat head(Batch batch, Trace trace) {
    select(batch);
    if (selected.rows() > 0) {
      ops.rmsNorm(selected, selected, weights.norm(), spec.eps());
      trace.at(Trace.NO_LAYER, "norm", selected); // [R, D]
      ops.linear(logits, selected, weights.lmHead(), batch.regime());
      if (spec.logitSoftcap() != 0) ops.softcap(logits, spec.logitSoftcap()); // Gemma 2, Gemma 4
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

  /** Buffers of the batch's size, and what depends on positions alone. */
  private void prepare(Batch batch) {
    resize(batch.rows(), batch.logitRows());
    for (Segment s : batch.segments()) {
      s.position = s.cache.length();
      s.cache.begin();
    }
    if (spec.queryGrowth() != null) growQueries(batch);
    for (Rope.Table rope : distinctRopes) {
      rope.ensureRows(batch.rows());
      int row = 0;
      for (Segment s : batch.segments()) {
        rope.fill(row, s.count, s.position, s.seen);
        row += s.count;
      }
    }
  }

  private void growQueries(Batch batch) {
    int row = 0;
    for (Segment s : batch.segments()) {
      for (int t = 0; t < s.count; t++) {
        queryFactors[row++] = spec.queryGrowth().at(s.position + t);
      }
    }
  }

  private void resize(int rows, int logitRows) {
    if (rows > buffers.rows()) {
      buffers = Activations.of(spec, rows);
      queryFactors = new float[rows];
    }
    if (rows != a.rows()) {
      a = buffers.firstRows(spec, rows);
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
