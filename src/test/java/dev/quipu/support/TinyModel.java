package dev.quipu.support;

import dev.quipu.model.DecoderSpec;
import dev.quipu.model.DecoderSpec.QueryGrowth;
import dev.quipu.model.DecoderWeights;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.LayerSpec.Experts;
import dev.quipu.model.LayerSpec.Keys;
import dev.quipu.model.LayerWeights;
import dev.quipu.model.Rope;
import dev.quipu.model.RopeScaling;
import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A small model of random weights, seeded: two layers of a sliding window, then one of wider heads that sees everything. */
public final class TinyModel {

  /** What the model has of what families have. */
  public enum Kind {
    /** Nothing special. */
    LLAMA,
    /** A last layer without RoPE, and queries that grow: SmolLM 3 and Ministral 3 in one. */
    NOPE,
    /** All norms, GELU, and soft caps: Gemma 2 and 3 in one. */
    GEMMA,
    /** Wider heads, keys as values, two layers more that share them, experts, inputs of each layer's own. */
    GEMMA4
  }

  public static final int VOCAB = 97;
  public static final int WINDOW = 11;

  private static final int HIDDEN = 48;
  private static final int HEADS = 6;
  private static final int INTERMEDIATE = 80;
  private static final int PER_LAYER = 6;
  private static final Experts EXPERTS = new Experts(5, 2, 20);
  private static final AttentionShape LOCAL = new AttentionShape(HEADS, 2, 10, 0.3f, WINDOW);

  private static final AttentionShape GLOBAL = new AttentionShape(HEADS, 2, 32, 0.2f, AttentionShape.ALL);

  private final Random random = new Random(4711);
  private final Kind kind;
  private final DecoderSpec spec;

  private TinyModel(Kind kind) {
    this.kind = kind;
    this.spec = spec(kind);
  }

  public static DecoderSpec spec(Kind kind) {
    DecoderSpec plain = new DecoderSpec(HIDDEN, VOCAB, 100_000, 1e-5f, kind.compareTo(Kind.GEMMA) < 0 ? 1 : 7,
        kind == Kind.GEMMA4 ? gemma4Layers() : layers(kind));
    return switch (kind) {
      case LLAMA -> plain;
      case NOPE -> plain.withQueryGrowth(new QueryGrowth(0.1, 16));
      case GEMMA -> plain.withLogitSoftcap(30);
      case GEMMA4 -> plain.withLogitSoftcap(30).withPerLayerWidth(PER_LAYER);
    };
  }

  private static List<LayerSpec> layers(Kind kind) {
    boolean gemma = kind == Kind.GEMMA;
    AttentionShape attention = gemma ? LOCAL.withSoftcap(5) : LOCAL;
    LayerSpec local =
        new LayerSpec(attention, rope(10), INTERMEDIATE, gemma ? Activation.GELU_TANH : Activation.SILU);
    AttentionShape whole = gemma ? GLOBAL.withSoftcap(5) : GLOBAL;
    LayerSpec global = new LayerSpec(whole, rope(32), INTERMEDIATE, local.activation());
    return List.of(local, local, kind == Kind.NOPE ? global.withoutRope() : global);
  }

  private static List<LayerSpec> gemma4Layers() {
    AttentionShape global = new AttentionShape(HEADS, 1, 32, 0.2f, AttentionShape.ALL);
    return List.of(
        layer(LOCAL, INTERMEDIATE, new Keys(Keys.OWN, true)),
        layer(LOCAL, INTERMEDIATE, new Keys(Keys.OWN, true)),
        layer(global, INTERMEDIATE, new Keys(Keys.OWN, false)),
        layer(LOCAL, 2 * INTERMEDIATE, new Keys(1, true)),
        layer(global, 2 * INTERMEDIATE, new Keys(2, false)));
  }

  private static LayerSpec layer(AttentionShape attention, int intermediate, Keys keys) {
    return new LayerSpec(attention, rope(attention.headDim()), intermediate, Activation.GELU_TANH, keys, EXPERTS);
  }

  private static Rope rope(int headDim) {
    return new Rope(headDim, 10_000, false, new RopeScaling.None());
  }

  /** Weights for {@link #spec}. */
  public static DecoderWeights weights(Kind kind) {
    return new TinyModel(kind).weights();
  }

  private DecoderWeights weights() {
    Weight embedding = matrix(VOCAB, HIDDEN).weight();
    List<LayerWeights> layers = new ArrayList<>();
    for (LayerSpec layer : spec.layers()) {
      layers.add(layer(layer));
    }
    int all = spec.layers().size() * PER_LAYER;
    DecoderWeights.PerLayerInputs inputs = spec.perLayerWidth() == 0 ? null : new DecoderWeights.PerLayerInputs(
        matrix(VOCAB, all).weight(), matrix(all, HIDDEN), norm(PER_LAYER));
    return new DecoderWeights(embedding, inputs, layers, norm(HIDDEN), new Linear(embedding, null));
  }

  private LayerWeights layer(LayerSpec layer) {
    boolean gemma = kind.compareTo(Kind.GEMMA) >= 0;
    boolean gemma4 = kind == Kind.GEMMA4;
    int headDim = layer.attention().headDim();
    int queries = layer.attention().heads() * headDim;
    int keys = layer.attention().kvHeads() * headDim;
    boolean own = layer.keys().layer() == Keys.OWN;
    int intermediate = layer.intermediateSize();
    return new LayerWeights(
        norm(HIDDEN),
        matrix(queries, HIDDEN),
        own ? matrix(keys, HIDDEN) : null,
        own && layer.keys().values() ? matrix(keys, HIDDEN) : null,
        gemma ? norm(headDim) : null,
        gemma && own ? norm(headDim) : null,
        gemma4 && own ? ones(headDim) : null,
        matrix(HIDDEN, queries),
        gemma ? norm(HIDDEN) : null,
        norm(HIDDEN),
        matrix(intermediate, HIDDEN),
        matrix(intermediate, HIDDEN),
        matrix(HIDDEN, intermediate),
        gemma4 ? experts() : null,
        gemma ? norm(HIDDEN) : null,
        gemma4 ? new LayerWeights.PerLayerInput(
            matrix(PER_LAYER, HIDDEN), matrix(HIDDEN, PER_LAYER), norm(HIDDEN)) : null,
        gemma4 ? 0.9f : 1);
  }

  private LayerWeights.Experts experts() {
    List<Linear[]> gateUp = new ArrayList<>();
    List<Linear> down = new ArrayList<>();
    for (int e = 0; e < EXPERTS.count(); e++) {
      int size = EXPERTS.intermediateSize();
      gateUp.add(new Linear[] {matrix(size, HIDDEN), matrix(size, HIDDEN)});
      down.add(matrix(HIDDEN, size));
    }
    return new LayerWeights.Experts(norm(HIDDEN), norm(HIDDEN), matrix(EXPERTS.count(), HIDDEN),
        norm(EXPERTS.count()), norm(HIDDEN), gateUp, down, norm(HIDDEN));
  }

  private Linear matrix(int out, int in) {
    MemorySegment data = Arena.ofAuto().allocate(4L * out * in);
    for (long i = 0; i < (long) out * in; i++) {
      data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i, (float) (random.nextGaussian() / Math.sqrt(in)));
    }
    return new Linear(new Weight.Dense(DType.F32, data, out, in), null);
  }

  private float[] norm(int size) {
    float[] weight = new float[size];
    for (int i = 0; i < size; i++) {
      weight[i] = (float) (1 + 0.1 * random.nextGaussian());
    }
    return weight;
  }

  private static float[] ones(int size) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return ones;
  }
}
