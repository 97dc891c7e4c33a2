package dev.quipu.model;

import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * A mixture of experts beside a layer's MLP (Gemma 4): a router scores E small MLPs for each row, and the row takes the
 * few with the highest scores, weighted by the softmax over those few. Only experts that a row has chosen are touched.
 * An expert reads all its rows at once; what the experts give to a row is added up in their order, whatever the other
 * rows.
 *
 * <p>E experts · Fe channels inside one · other letters as in {@link Decoder}.
 */
final class ExpertsBlock {

  private final DecoderSpec spec;
  private final DecoderWeights weights;
  private final Ops ops;
  private final LayerSpec.Experts sizes;
  private final boolean[] taken; // [E] by the row at hand
  private Buffers buffers;
  private Buffers b;
  private int[] chosen; // [T, chosen] experts of each row
  private float[] shares; // [T, chosen] their weights
  private ExpertRows[] ofCount; // by the number of rows

  /**
   * @param x      [T, D] what the router, then the experts read
   * @param scores [T, E]
   * @param mixed  [T, D] what the experts give
   */
  private record Buffers(Mat x, Mat scores, Mat mixed) {

    static Buffers of(int rows, int hidden, int experts) {
      return new Buffers(Mat.zeros(rows, hidden), Mat.zeros(rows, experts), Mat.zeros(rows, hidden));
    }

    Buffers firstRows(int rows) {
      return new Buffers(x.firstRows(rows), scores.firstRows(rows), mixed.firstRows(rows));
    }
  }

  /**
   * The rows of one expert.
   *
   * @param x      [n, D] gathered
   * @param out    [n, D]
   * @param gateUp [n, Fe] each
   */
  private record ExpertRows(Mat x, Mat out, Mat[] gateUp) {

    static ExpertRows of(int rows, int hidden, int intermediate) {
      return new ExpertRows(Mat.zeros(rows, hidden), Mat.zeros(rows, hidden),
          new Mat[] {Mat.zeros(rows, intermediate), Mat.zeros(rows, intermediate)});
    }

    ExpertRows firstRows(int rows) {
      return new ExpertRows(x.firstRows(rows), out.firstRows(rows),
          new Mat[] {gateUp[0].firstRows(rows), gateUp[1].firstRows(rows)});
    }
  }

  ExpertsBlock(DecoderSpec spec, DecoderWeights weights, Ops ops) {
    this.spec = spec;
    this.weights = weights;
    this.ops = ops;
    this.sizes = spec.layers().getFirst().experts();
    this.taken = new boolean[sizes.count()];
    allocate(1);
  }

  /** branch = norm(branch) + norm(Σ share · expert(norm(h))), over the experts that a row of h has chosen. */
  void run(int l, Mat branch, Mat h, Regime regime, Trace trace) {
    resize(h.rows());
    LayerWeights.Experts w = weights.layers().get(l).experts();
    ops.rmsNorm(branch, branch, w.postMlpNorm(), spec.eps());
    ops.rmsNorm(b.x(), h, w.routerNorm(), spec.eps());
    ops.linear(b.scores(), b.x(), w.router(), regime);
    trace.at(l, "router", b.scores()); // [T, E]
    for (int t = 0; t < h.rows(); t++) {
      choose(t, w.perExpertScale());
    }
    ops.rmsNorm(b.x(), h, w.preNorm(), spec.eps());
    mix(l, w, regime);
    trace.at(l, "experts", b.mixed()); // [T, D]
    ops.rmsNorm(b.mixed(), b.mixed(), w.postNorm(), spec.eps());
    ops.add(branch, b.mixed());
  }

  /** The experts with the highest scores (of equal ones the first), and the softmax over their scores. */
  private void choose(int t, float[] perExpertScale) {
    Arrays.fill(taken, false);
    int at = t * sizes.chosen();
    double total = 0;
    for (int i = at; i < at + sizes.chosen(); i++) {
      chosen[i] = best(t);
      taken[chosen[i]] = true;
      total += Math.exp(b.scores().get(t, chosen[i]) - b.scores().get(t, chosen[at]));
    }
    for (int i = at; i < at + sizes.chosen(); i++) {
      double e = Math.exp(b.scores().get(t, chosen[i]) - b.scores().get(t, chosen[at]));
      shares[i] = (float) (e / total * perExpertScale[chosen[i]]);
    }
  }

  private int best(int t) {
    int best = -1;
    for (int e = 0; e < taken.length; e++) {
      if (!taken[e] && (best < 0 || b.scores().get(t, e) > b.scores().get(t, best))) {
        best = e;
      }
    }
    return best;
  }

  private void mix(int l, LayerWeights.Experts w, Regime regime) {
    Arrays.fill(b.mixed().data(), 0, b.mixed().rows() * spec.hiddenSize(), 0);
    for (int e = 0; e < taken.length; e++) {
      int count = count(e);
      if (count > 0) {
        ExpertRows rows = rows(count);
        gather(e, rows.x());
        expert(l, w.gateUp().get(e), w.down().get(e), rows, regime);
        scatter(e, rows.out());
      }
    }
  }

  /** out = down(activation(gate(x)) · up(x)). */
  private void expert(int l, Linear[] gateUp, Linear down, ExpertRows rows, Regime regime) {
    ops.linear(rows.gateUp(), rows.x(), gateUp, regime);
    ops.gate(rows.gateUp()[0], rows.gateUp()[1], spec.layers().get(l).activation());
    ops.linear(rows.out(), rows.gateUp()[0], down, regime);
  }

  private int count(int expert) {
    int count = 0;
    for (int i = 0; i < b.x().rows() * sizes.chosen(); i++) {
      count += chosen[i] == expert ? 1 : 0;
    }
    return count;
  }

  private void gather(int expert, Mat x) {
    int width = spec.hiddenSize();
    int to = 0;
    for (int i = 0; i < b.x().rows() * sizes.chosen(); i++) {
      if (chosen[i] == expert) {
        System.arraycopy(b.x().data(), i / sizes.chosen() * width, x.data(), to++ * width, width);
      }
    }
  }

  private void scatter(int expert, Mat out) {
    int width = spec.hiddenSize();
    int from = 0;
    for (int i = 0; i < b.x().rows() * sizes.chosen(); i++) {
      if (chosen[i] == expert) {
        addScaled(b.mixed().data(), i / sizes.chosen() * width, out.data(), from++ * width, width, shares[i]);
      }
    }
  }

  private static void addScaled(float[] to, int at, float[] from, int fromAt, int count, float factor) {
    for (int i = 0; i < count; i++) {
      to[at + i] += factor * from[fromAt + i];
    }
  }

  private ExpertRows rows(int count) {
    if (ofCount[count] == null) {
      ofCount[count] = ofCount[ofCount.length - 1].firstRows(count);
    }
    return ofCount[count];
  }

  private void resize(int rows) {
    if (rows > buffers.x().rows()) {
      allocate(rows);
    }
    if (rows != b.x().rows()) {
      b = buffers.firstRows(rows);
    }
  }

  private void allocate(int rows) {
    buffers = Buffers.of(rows, spec.hiddenSize(), sizes.count());
    b = buffers;
    chosen = new int[rows * sizes.chosen()];
    shares = new float[rows * sizes.chosen()];
    ofCount = new ExpertRows[rows + 1];
    ofCount[rows] = ExpertRows.of(rows, spec.hiddenSize(), sizes.intermediateSize());
  }
}
