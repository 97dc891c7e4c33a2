package dev.quipu.bench;

import dev.quipu.model.DecoderSpec;
import dev.quipu.model.DecoderWeights;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.LayerWeights;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
import java.util.stream.Stream;

/**
 * How much a model has to do, by formulas over its shapes. A pass over T rows reads every matrix of the layers once and
 * multiplies it with T rows, reads the head once for each pass that gives logits, and reads of each layer's keys and
 * values what its rows see, once. Norms, tables that are looked up, scores and activations are not counted: beside the
 * rest they are nothing, or stay in the cache.
 */
public final class Work {

  /**
   * What some passes do.
   *
   * @param passes how many there are
   * @param bytes  read
   * @param flops  multiplications and additions of the matrix products: 2 · rows · elements
   */
  public record Amount(int passes, double bytes, double flops) {

    Amount plus(Amount other) {
      return new Amount(passes + other.passes, bytes + other.bytes, flops + other.flops);
    }

    Amount plus(double bytes, double flops) {
      return new Amount(passes, this.bytes + bytes, this.flops + flops);
    }
  }

  private final DecoderSpec spec;
  private final DecoderWeights weights;
  private final int kvBytes; // an element of a key or value
  private final Totals dense; // of all layers, experts apart
  private final Totals head;

  /** Bytes and elements of some matrices. */
  private record Totals(long bytes, long elements) {

    static final Totals NONE = new Totals(0, 0);

    static Totals of(Weight weight) {
      return weight == null ? NONE : new Totals(Work.bytes(weight), (long) weight.out() * weight.in());
    }

    static Totals of(Linear... linears) {
      return Stream.of(linears).map(linear -> linear == null ? NONE : of(linear.weight())).reduce(NONE, Totals::plus);
    }

    Totals plus(Totals other) {
      return new Totals(bytes + other.bytes, elements + other.elements);
    }

    Totals times(long factor) {
      return new Totals(bytes * factor, elements * factor);
    }
  }

  /** @param kvDtype what keys and values are kept as */
  public Work(DecoderSpec spec, DecoderWeights weights, DType kvDtype) {
    this.spec = spec;
    this.weights = weights;
    this.kvBytes = kvDtype.bytes();
    this.head = Totals.of(weights.lmHead());
    Totals sum = weights.perLayerInputs() == null ? Totals.NONE : Totals.of(weights.perLayerInputs().projection());
    for (LayerWeights layer : weights.layers()) {
      sum = sum.plus(dense(layer));
    }
    this.dense = sum;
  }

  private static Totals dense(LayerWeights w) {
    Totals sum = Totals.of(w.qProj(), w.kProj(), w.vProj(), w.oProj(), w.gateProj(), w.upProj(), w.downProj());
    if (w.perLayerInput() != null) {
      sum = sum.plus(Totals.of(w.perLayerInput().gate(), w.perLayerInput().projection()));
    }
    return w.experts() == null ? sum : sum.plus(Totals.of(w.experts().router()));
  }

  /** One expert of a layer; they are all alike. */
  private static Totals expert(LayerWeights.Experts experts) {
    return Totals.of(experts.gateUp().getFirst()).plus(Totals.of(experts.down().getFirst()));
  }

  /** Bytes of all matrices as they are stored: packed words, scales and biases; a tied embedding once. */
  public long weightBytes() {
    return everything().bytes;
  }

  /** Parameters of all matrices; a tied embedding once. */
  public long parameters() {
    return everything().elements;
  }

  private Totals everything() {
    Totals sum = dense.plus(head);
    if (weights.lmHead().weight() != weights.embedTokens()) {
      sum = sum.plus(Totals.of(weights.embedTokens()));
    }
    if (weights.perLayerInputs() != null) {
      sum = sum.plus(Totals.of(weights.perLayerInputs().embedTokens()));
    }
    for (LayerWeights layer : weights.layers()) {
      if (layer.experts() != null) {
        sum = sum.plus(expert(layer.experts()).times(layer.experts().down().size()));
      }
    }
    return sum;
  }

  /** @param step tokens of a prompt that are computed at a time */
  public Amount of(Workload workload, int step) {
    int rows = workload.prompt() > 0 ? step : 1;
    int end = workload.depth() + workload.positions();
    Amount sum = new Amount(0, 0, 0);
    for (int position = workload.depth(); position < end; position += rows) {
      boolean last = position + rows >= end;
      sum = sum.plus(pass(position, Math.min(rows, end - position), workload.sequences(),
          last || workload.generated() > 0));
    }
    return sum;
  }

  /**
   * One pass.
   *
   * @param position  of the first row of each sequence
   * @param rows      of a sequence
   * @param sequences which share the weights that are read, and nothing else
   * @param logits    whether the head is needed, for one row of each
   */
  Amount pass(int position, int rows, int sequences, boolean logits) {
    Amount sum = new Amount(1, dense.bytes, 2.0 * rows * sequences * dense.elements);
    if (logits) {
      sum = sum.plus(head.bytes, 2.0 * sequences * head.elements);
    }
    for (int l = 0; l < spec.layers().size(); l++) {
      LayerSpec layer = spec.layers().get(l);
      sum = sum.plus(sequences * kvBytes(layer.attention(), position, rows), 0);
      if (layer.experts() != null) {
        Totals expert = expert(weights.layers().get(l).experts());
        long chosen = (long) rows * sequences * layer.experts().chosen();
        long read = Math.min(layer.experts().count(), chosen); // no more than the rows can have chosen
        sum = sum.plus((double) read * expert.bytes, 2.0 * chosen * expert.elements);
      }
    }
    return sum;
  }

  /** What the rows of a pass see of one layer's cache, each position once. */
  private long kvBytes(AttentionShape shape, int position, int rows) {
    long positions = position + rows - shape.windowBegin(position);
    return 2 * positions * shape.kvHeads() * shape.headDim() * kvBytes;
  }

  static long bytes(Weight weight) {
    return switch (weight) {
      case Weight.Dense dense -> dense.data().byteSize();
      case Weight.Affine affine ->
          affine.packed().byteSize() + affine.scales().byteSize() + affine.biases().byteSize();
      case Weight.MicroScaled micro -> micro.packed().byteSize() + micro.scales().byteSize();
    };
  }
}
