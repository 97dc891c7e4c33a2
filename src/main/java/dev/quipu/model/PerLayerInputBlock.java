package dev.quipu.model;

import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.Mat;

/**
 * Gemma 4's input of each layer's own. A token brings, besides its embedding, P channels for each layer: half from a
 * second table, half projected from the embedding. At its end each layer lets them through a gate that looks at the
 * stream.
 *
 * <p>P channels a layer · other letters as in {@link Decoder}.
 */
final class PerLayerInputBlock {

  private static final float HALF_POWER = (float) Math.sqrt(0.5); // keeps the sum of the two as large as each

  private final DecoderSpec spec;
  private final DecoderWeights weights;
  private final Ops ops;
  private final int width; // P
  private final int allWidth; // L·P
  private Buffers buffers;
  private Buffers b;

  /**
   * @param inputs   [T, L·P] the inputs of all layers
   * @param apart    the same as [T·L, P]
   * @param embedded [T, L·P] the tokens' rows of the second table
   * @param input    [T, P] of one layer
   * @param gate     [T, P]
   */
  private record Buffers(Mat inputs, Mat apart, Mat embedded, Mat input, Mat gate) {

    static Buffers of(int rows, int layers, int width) {
      Mat inputs = Mat.zeros(rows, layers * width);
      return new Buffers(inputs, inputs.perHead(width), Mat.zeros(rows, layers * width),
          Mat.zeros(rows, width), Mat.zeros(rows, width));
    }

    Buffers firstRows(int rows) {
      Mat fewer = inputs.firstRows(rows);
      return new Buffers(fewer, fewer.perHead(input.cols()), embedded.firstRows(rows),
          input.firstRows(rows), gate.firstRows(rows));
    }
  }

  PerLayerInputBlock(DecoderSpec spec, DecoderWeights weights, Ops ops) {
    this.spec = spec;
    this.weights = weights;
    this.ops = ops;
    this.width = spec.perLayerWidth();
    this.allWidth = spec.layers().size() * width;
    this.buffers = Buffers.of(1, spec.layers().size(), width);
    this.b = buffers;
  }

  /** The inputs of all layers, from the tokens and their embeddings h: (norm(proj(h) / √D) + √P · embedded) / √2. */
  void prepare(Batch batch, Mat h) {
    resize(h.rows());
    DecoderWeights.PerLayerInputs w = weights.perLayerInputs();
    ops.linear(b.inputs(), h, w.projection(), batch.regime());
    ops.scale(b.inputs(), (float) Math.pow(spec.hiddenSize(), -0.5));
    ops.rmsNorm(b.apart(), b.apart(), w.norm(), spec.eps());
    int row = 0;
    for (Segment s : batch.segments()) {
      ops.embed(b.embedded(), row, s.tokens, s.from, s.count, w.embedTokens());
      row += s.count;
    }
    ops.scale(b.embedded(), (float) Math.sqrt(width));
    ops.add(b.inputs(), b.embedded());
    ops.scale(b.inputs(), HALF_POWER);
  }

  /** h += norm(projection(gelu(gate(h)) · input of this layer)). */
  void run(int l, Mat h, Mat branch, Regime regime, Trace trace) {
    LayerWeights.PerLayerInput w = weights.layers().get(l).perLayerInput();
    pick(l);
    trace.at(l, "per_layer_input", b.input()); // [T, P]
    ops.linear(b.gate(), h, w.gate(), regime);
    ops.gate(b.gate(), b.input(), spec.layers().get(l).activation());
    ops.linear(branch, b.gate(), w.projection(), regime);
    ops.rmsNorm(branch, branch, w.norm(), spec.eps());
    ops.add(h, branch);
  }

  private void pick(int l) {
    for (int t = 0; t < b.input().rows(); t++) {
      System.arraycopy(b.inputs().data(), t * allWidth + l * width, b.input().data(), t * width, width);
    }
  }

  private void resize(int rows) {
    if (rows > buffers.input().rows()) {
      buffers = Buffers.of(rows, spec.layers().size(), width);
    }
    if (rows != b.input().rows()) {
      b = buffers.firstRows(rows);
    }
  }
}
