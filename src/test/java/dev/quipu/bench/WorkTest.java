package dev.quipu.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.model.DecoderSpec;
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
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Formulas against sums by hand. */
class WorkTest {

  // D = 64, H = 4 over 2 of 16, F = 128, V = 100, of bfloat16: 2 bytes an element
  private static final int LAYER = 64 * 64 + 2 * 32 * 64 + 64 * 64 + 3 * 128 * 64; // q, k and v, o, MLP
  private static final int HEAD = 100 * 64;

  private static Weight dense(int out, int in) {
    return new Weight.Dense(DType.BF16, MemorySegment.ofArray(new byte[2 * out * in]), out, in);
  }

  private static Linear linear(int out, int in) {
    return new Linear(dense(out, in), null);
  }

  private static LayerWeights layer(LayerWeights.Experts experts, boolean keys) {
    return new LayerWeights(new float[64], linear(64, 64), keys ? linear(32, 64) : null, keys ? linear(32, 64) : null,
        null, null, null, linear(64, 64), null, new float[64], linear(128, 64), linear(128, 64), linear(64, 128),
        experts, null, null, 1);
  }

  private static LayerSpec spec(int window, Keys keys, Experts experts) {
    return new LayerSpec(new AttentionShape(4, 2, 16, 0.25f, window),
        new Rope(16, 10_000, false, new RopeScaling.None()), 128, Activation.SILU, keys, experts);
  }

  private static Work work(Linear head, Weight embedding, List<LayerSpec> specs, List<LayerWeights> layers) {
    return new Work(new DecoderSpec(64, 100, 1000, 1e-5f, 1, specs),
        new DecoderWeights(embedding, null, layers, new float[64], head), DType.F32);
  }

  private static Work twoLayers(boolean tied, int window) {
    Weight embedding = dense(100, 64);
    return work(tied ? new Linear(embedding, null) : linear(100, 64), embedding,
        List.of(spec(AttentionShape.ALL, new Keys(Keys.OWN, true), null), spec(window, new Keys(Keys.OWN, true), null)),
        List.of(layer(null, true), layer(null, true)));
  }

  @Test
  void aTiedEmbeddingCountsOnce() {
    assertThat(twoLayers(true, 8).parameters()).isEqualTo(2 * LAYER + HEAD);
    assertThat(twoLayers(true, 8).weightBytes()).isEqualTo(2 * (2 * LAYER + HEAD));
    assertThat(twoLayers(false, 8).weightBytes()).isEqualTo(2 * (2 * LAYER + 2 * HEAD));
  }

  @Test
  void aGeneratedTokenReadsAllWeightsAndWhatItSees() {
    Work.Amount amount = twoLayers(false, 8).of(Workload.generation(2, 20), 512);
    double weights = 2 * (2 * LAYER + HEAD); // one row of the table is nothing
    double position = 2 * 2 * 16 * 4; // key and value, 2 heads of 16 floats
    assertThat(amount.bytes()).isEqualTo(2 * weights + position * (21 + 8 + 22 + 8));
    assertThat(amount.flops()).isEqualTo(2 * 2.0 * (2 * LAYER + HEAD));
  }

  @Test
  void sequencesAtATimeShareTheWeightsThatAreRead() {
    Work.Amount amount = twoLayers(false, 8).of(Workload.generation(2, 20).times(3), 512);
    double weights = 2 * (2 * LAYER + HEAD);
    double position = 2 * 2 * 16 * 4;
    assertThat(amount.bytes()).isEqualTo(2 * weights + 3 * position * (21 + 8 + 22 + 8));
    assertThat(amount.flops()).isEqualTo(3 * 2 * 2.0 * (2 * LAYER + HEAD));
  }

  @Test
  void aPromptReadsWeightsOnceAChunkAndTheHeadOnce() {
    Work.Amount amount = twoLayers(true, 8).of(Workload.prompt(30, 10), 20);
    double position = 2 * 2 * 16 * 4;
    // chunks at 10 … 29 and 30 … 39; a window of 8 sees 7 before the chunk
    assertThat(amount.bytes())
        .isEqualTo(2 * 2 * 2.0 * LAYER + 2 * HEAD + position * (30 + (20 + 7) + 40 + (10 + 7)));
    assertThat(amount.flops()).isEqualTo(2.0 * 30 * 2 * LAYER + 2.0 * HEAD);
  }

  @Test
  void layersThatShareKeysReadThemToo() {
    Weight embedding = dense(100, 64);
    Work work = work(new Linear(embedding, null), embedding,
        List.of(spec(AttentionShape.ALL, new Keys(Keys.OWN, true), null), spec(AttentionShape.ALL, new Keys(0, true), null)),
        List.of(layer(null, true), layer(null, false)));
    double weights = 2 * (2 * LAYER - 2 * 32 * 64 + HEAD);
    assertThat(work.of(Workload.generation(1, 0), 512).bytes()).isEqualTo(weights + 2 * 2 * 2 * 16 * 4);
  }

  @Test
  void ofTheExpertsOnlyThoseThatAreChosenCount() {
    Experts sizes = new Experts(8, 2, 32);
    LayerWeights.Experts experts = new LayerWeights.Experts(new float[64], new float[64], linear(8, 64), new float[8],
        new float[64], Collections.nCopies(8, new Linear[] {linear(32, 64), linear(32, 64)}),
        Collections.nCopies(8, linear(64, 32)), new float[64]);
    Weight embedding = dense(100, 64);
    Work work = work(new Linear(embedding, null), embedding,
        List.of(spec(AttentionShape.ALL, new Keys(Keys.OWN, true), sizes)), List.of(layer(experts, true)));
    int expert = 3 * 32 * 64;
    int others = LAYER + 8 * 64 + HEAD; // with the router
    assertThat(work.parameters()).isEqualTo(others + 8 * expert);
    assertThat(work.of(Workload.generation(1, 0), 512).bytes()).isEqualTo(2 * (others + 2 * expert) + 2 * 2 * 16 * 4);
    assertThat(work.of(Workload.generation(1, 0), 512).flops()).isEqualTo(2.0 * (others + 2 * expert));
    // five rows choose ten times, but there are eight
    assertThat(work.of(Workload.prompt(5, 0), 512).bytes()).isEqualTo(2 * (others + 8 * expert) + 5 * 2 * 2 * 16 * 4);
    assertThat(work.of(Workload.prompt(5, 0), 512).flops())
        .isEqualTo(2.0 * 5 * (others - HEAD + 2 * expert) + 2.0 * HEAD);
  }

  @Test
  void scalesAndBiasesCount() {
    try (Arena arena = Arena.ofConfined()) {
      Weight affine = new Weight.Affine(arena.allocate(3 * 128 / 2), arena.allocate(3 * 2 * 2), arena.allocate(3 * 2 * 2),
          DType.BF16, new Packing.Affine(4, 64), 3, 128);
      assertThat(Work.bytes(affine)).isEqualTo(3 * (64 + 4 + 4));
      Weight micro = new Weight.MicroScaled(arena.allocate(3 * 128 / 2), arena.allocate(3 * 8), Packing.Micro.NVFP4, 3, 128);
      assertThat(Work.bytes(micro)).isEqualTo(3 * (64 + 8));
    }
  }
}
