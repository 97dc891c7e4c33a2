package dev.quipu.support;

import dev.quipu.model.DecoderSpec;
import dev.quipu.model.DecoderWeights;
import dev.quipu.model.LayerSpec;
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
import java.util.List;
import java.util.Random;

/** A small model of random weights, seeded: two layers of a sliding window, then one that sees everything. */
public final class TinyModel {

  public static final int VOCAB = 97;
  public static final int WINDOW = 11;

  private static final int HIDDEN = 48;
  private static final int HEADS = 6;
  private static final int KV_HEADS = 2;
  private static final int HEAD_DIM = 10;
  private static final int INTERMEDIATE = 80;
  private static final int LAYERS = 3;

  private final Random random;
  private final boolean gemma;

  private TinyModel(long seed, boolean gemma) {
    this.random = new Random(seed);
    this.gemma = gemma;
  }

  /** Numbers; with Gemma's options or without. */
  public static DecoderSpec spec(boolean gemma) {
    Rope rope = new Rope(HEAD_DIM, 10_000, false, new RopeScaling.None());
    Activation activation = gemma ? Activation.GELU_TANH : Activation.SILU;
    List<LayerSpec> layers = new ArrayList<>();
    for (int l = 0; l < LAYERS; l++) {
      int window = l < 2 ? WINDOW : AttentionShape.ALL;
      AttentionShape shape = new AttentionShape(HEADS, KV_HEADS, HEAD_DIM, 0.3f, window);
      layers.add(new LayerSpec(shape, rope, INTERMEDIATE, activation));
    }
    return new DecoderSpec(HIDDEN, VOCAB, 100_000, 1e-5f, gemma ? 7 : 1, layers);
  }

  /** Weights for {@link #spec}. */
  public static DecoderWeights weights(boolean gemma) {
    return new TinyModel(4711, gemma).weights();
  }

  private DecoderWeights weights() {
    Weight embedding = matrix(VOCAB, HIDDEN).weight();
    List<LayerWeights> layers = new ArrayList<>();
    for (int l = 0; l < LAYERS; l++) {
      layers.add(layer());
    }
    return new DecoderWeights(embedding, null, layers, norm(HIDDEN), new Linear(embedding, null));
  }

  private LayerWeights layer() {
    return new LayerWeights(
        norm(HIDDEN),
        matrix(HEADS * HEAD_DIM, HIDDEN),
        matrix(KV_HEADS * HEAD_DIM, HIDDEN),
        matrix(KV_HEADS * HEAD_DIM, HIDDEN),
        gemma ? norm(HEAD_DIM) : null,
        gemma ? norm(HEAD_DIM) : null,
        null,
        matrix(HIDDEN, HEADS * HEAD_DIM),
        gemma ? norm(HIDDEN) : null,
        norm(HIDDEN),
        matrix(INTERMEDIATE, HIDDEN),
        matrix(INTERMEDIATE, HIDDEN),
        matrix(HIDDEN, INTERMEDIATE),
        null,
        gemma ? norm(HIDDEN) : null,
        null,
        1);
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
}
