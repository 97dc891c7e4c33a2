package dev.quipu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.InvalidRequestException;
import dev.quipu.model.Segment.Logits;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.ops.ScalarOps;
import dev.quipu.ops.VectorOps;
import dev.quipu.support.TinyModel;
import dev.quipu.support.TinyModel.Kind;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Mat;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a row's numbers do not depend on: chunks, other sequences, threads, what was taken back. All by equality, since
 * each regime has one order of summation.
 */
class DecoderTest {

  private static final int[] TOKENS = new Random(7).ints(1200, 0, TinyModel.VOCAB).toArray();

  private static Decoder decoder(Kind kind, Ops ops) {
    return new Decoder(TinyModel.spec(kind), TinyModel.weights(kind), ops);
  }

  /** Runs tokens [from, to) in chunks of these sizes, the last one repeated, and returns the logits of all rows. */
  private static float[] run(Decoder decoder, Segment segment, Regime regime, int from, int to, int... chunks) {
    float[] all = new float[(to - from) * TinyModel.VOCAB];
    int at = from;
    for (int i = 0; at < to; i++) {
      int count = Math.min(chunks[Math.min(i, chunks.length - 1)], to - at);
      Mat logits = decoder.forward(new Batch(regime, segment.next(TOKENS, at, count, Logits.ALL)));
      System.arraycopy(logits.data(), 0, all, (at - from) * TinyModel.VOCAB, count * TinyModel.VOCAB);
      at += count;
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void anyChunkingOfAPromptGivesTheSameLogits(Kind kind) {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      float[] whole = run(decoder, new Segment(decoder.newCache()), Regime.PROMPT, 0, 300, 300);
      for (int[] chunks : new int[][] {{1}, {7}, {16}, {33}, {255, 2, 43}, {256, 1, 43}, {128}}) {
        float[] chunked = run(decoder, new Segment(decoder.newCache()), Regime.PROMPT, 0, 300, chunks);
        assertThat(chunked).as(Arrays.toString(chunks)).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChunkLongerThanAnyWindowGivesTheSameLogits(Kind kind) {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      float[] whole = run(decoder, new Segment(decoder.newCache()), Regime.PROMPT, 0, 1200, 1200);
      float[] chunked = run(decoder, new Segment(decoder.newCache()), Regime.PROMPT, 0, 1200, 100);
      assertThat(chunked).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(Regime.class)
  void threadsDoNotChangeANumber(Regime regime) {
    float[][] runs = new float[3][];
    for (int threads = 1; threads <= 3; threads++) {
      try (Ops ops = new VectorOps(threads)) {
        Decoder decoder = decoder(Kind.GEMMA4, ops);
        runs[threads - 1] = run(decoder, new Segment(decoder.newCache()), regime, 0, 40, 9);
      }
    }
    assertThat(runs[1]).isEqualTo(runs[0]);
    assertThat(runs[2]).isEqualTo(runs[0]);
  }

  @ParameterizedTest
  @EnumSource
  void sequencesInOneCallDoNotSeeOneAnother(Kind kind) {
    for (Regime regime : Regime.values()) {
      assertSequencesDoNotSeeOneAnother(kind, regime);
    }
  }

  private static void assertSequencesDoNotSeeOneAnother(Kind kind, Regime regime) {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      Segment a = new Segment(decoder.newCache());
      Segment b = new Segment(decoder.newCache());
      run(decoder, a, regime, 0, 20, 20);
      run(decoder, b, regime, 50, 90, 40);
      a.next(TOKENS, 20, 3, Logits.ALL);
      b.next(TOKENS, 90, 5, Logits.LAST);
      Mat together = decoder.forward(new Batch(regime, a, b));
      float[] got = Arrays.copyOf(together.data(), 4 * TinyModel.VOCAB);

      float[] aloneA = run(decoder, new Segment(decoder.newCache()), regime, 0, 23, 20, 3);
      float[] aloneB = run(decoder, new Segment(decoder.newCache()), regime, 50, 95, 40, 5);
      assertThat(Arrays.copyOf(got, 3 * TinyModel.VOCAB)).isEqualTo(lastRows(aloneA, 3));
      assertThat(lastRows(got, 1)).isEqualTo(lastRows(aloneB, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 299, 300})
  void whatIsTakenBackLeavesNoTrace(int length) {
    for (Kind kind : Kind.values()) {
      assertNoTrace(kind, length);
    }
  }

  private static void assertNoTrace(Kind kind, int length) {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      Segment segment = new Segment(decoder.newCache());
      run(decoder, segment, Regime.PROMPT, 0, 300, 64);
      run(decoder, segment, Regime.PROMPT, 400, 450, 50); // another continuation
      assertThat(segment.cache.canTrim(length)).isTrue();
      segment.cache.trim(length);
      float[] again = run(decoder, segment, Regime.PROMPT, length, 320, 64);
      float[] fresh = run(decoder, new Segment(decoder.newCache()), Regime.PROMPT, 0, 320, 320);
      assertThat(again).isEqualTo(lastRows(fresh, 320 - length));
    }
  }

  @ParameterizedTest
  @EnumSource
  void scalarAndVectorAgreeRowByRow(Kind kind) {
    try (Ops vector = new VectorOps(2)) {
      Decoder fast = decoder(kind, vector);
      Decoder plain = decoder(kind, new ScalarOps());
      float[] expected = run(plain, new Segment(plain.newCache()), Regime.PROMPT, 0, 60, 60);
      for (Regime regime : Regime.values()) {
        float[] got = run(fast, new Segment(fast.newCache()), regime, 0, 60, 60);
        for (int i = 0; i < got.length; i++) {
          assertThat(Math.abs(got[i] - expected[i])).as("%s, logit %d", regime, i).isLessThan(1e-4f);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWindowThatHasMovedOnForbidsGoingBack(Kind kind) {
    Decoder decoder = decoder(kind, new ScalarOps());
    SequenceCache cache = decoder.newCache();
    run(decoder, new Segment(cache), Regime.PROMPT, 0, 1200, 300);
    assertThat(cache.canTrim(1100)).isTrue();
    assertThat(cache.canTrim(100)).isFalse(); // the sliding layers have let go of what position 100 sees
    cache.trim(1100);
    assertThat(cache.length()).isEqualTo(1100);
  }

  private static float[] lastRows(float[] logits, int rows) {
    return Arrays.copyOfRange(logits, logits.length - rows * TinyModel.VOCAB, logits.length);
  }

  // caches that rotate, and packed ones

  private static final List<KvSettings> SETTINGS = List.of(
      KvSettings.rotating(DType.F32, 40, 4),
      KvSettings.rotating(DType.F32, 8, 3), // less than the windows of the sliding layers
      KvSettings.rotating(DType.BF16, 290, 270),
      KvSettings.packed(4, 32, 0),
      KvSettings.packed(3, 32, 150),
      KvSettings.packed(8, 32, 257));

  private static Stream<Arguments> kindsAndSettings() {
    return Arrays.stream(Kind.values()).flatMap(kind -> SETTINGS.stream().map(kv -> Arguments.of(kind, kv)));
  }

  @ParameterizedTest
  @MethodSource("kindsAndSettings")
  void anyChunkingGivesTheSameLogitsHoweverTheCacheIsKept(Kind kind, KvSettings kv) {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      float[] whole = run(decoder, new Segment(decoder.newCache(kv)), Regime.PROMPT, 0, 320, 320);
      for (int[] chunks : new int[][] {{1}, {7}, {64}, {149, 1, 1, 169}, {150}, {151}, {256, 3, 60}}) {
        float[] chunked = run(decoder, new Segment(decoder.newCache(kv)), Regime.PROMPT, 0, 320, chunks);
        assertThat(chunked).as(Arrays.toString(chunks)).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChunkLongerThanARotatingCacheGivesTheSameLogits(Kind kind) {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      KvSettings kv = KvSettings.rotating(DType.F32, 300, 5);
      float[] whole = run(decoder, new Segment(decoder.newCache(kv)), Regime.PROMPT, 0, 1200, 1200);
      float[] chunked = run(decoder, new Segment(decoder.newCache(kv)), Regime.PROMPT, 0, 1200, 100);
      assertThat(chunked).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRotatingCacheChangesNothingUntilItIsFull(Kind kind) {
    Decoder decoder = decoder(kind, new ScalarOps());
    float[] floats = run(decoder, new Segment(decoder.newCache()), Regime.PROMPT, 0, 60, 60);
    SequenceCache rotating = decoder.newCache(KvSettings.rotating(DType.F32, 50, 4));
    float[] limited = run(decoder, new Segment(rotating), Regime.PROMPT, 0, 60, 60);
    assertThat(Arrays.copyOf(limited, 50 * TinyModel.VOCAB)).isEqualTo(Arrays.copyOf(floats, 50 * TinyModel.VOCAB));
    assertThat(lastRows(limited, 10)).isNotEqualTo(lastRows(floats, 10));
  }

  @ParameterizedTest
  @EnumSource
  void queriesBeforeTheStartSeeFloatsAndThoseFromThereOnDoNot(Kind kind) {
    Decoder decoder = decoder(kind, new ScalarOps());
    float[] floats = run(decoder, new Segment(decoder.newCache()), Regime.PROMPT, 0, 31, 31);
    SequenceCache cache = decoder.newCache(KvSettings.packed(8, 32, 30));
    float[] packed = run(decoder, new Segment(cache), Regime.PROMPT, 0, 31, 31);
    assertThat(Arrays.copyOf(packed, 30 * TinyModel.VOCAB)).isEqualTo(Arrays.copyOf(floats, 30 * TinyModel.VOCAB));
    assertThat(lastRows(packed, 1)).isNotEqualTo(lastRows(floats, 1));
    assertThat(cache.packed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Regime.class)
  void packedSequencesInOneCallDoNotSeeOneAnother(Regime regime) {
    KvSettings kv = KvSettings.packed(4, 32, 21);
    for (Kind kind : Kind.values()) {
      try (Ops ops = new VectorOps(2)) {
        Decoder decoder = decoder(kind, ops);
        Segment a = new Segment(decoder.newCache(kv));
        Segment b = new Segment(decoder.newCache(kv));
        run(decoder, a, regime, 0, 20, 20);
        run(decoder, b, regime, 50, 60, 10);
        a.next(TOKENS, 20, 3, Logits.ALL); // packs its cache after one row
        b.next(TOKENS, 60, 5, Logits.ALL);
        float[] got = decoder.forward(new Batch(regime, a, b)).data().clone();
        float[] aloneA = run(decoder, new Segment(decoder.newCache(kv)), regime, 0, 23, 20, 3);
        float[] aloneB = run(decoder, new Segment(decoder.newCache(kv)), regime, 50, 65, 10, 5);
        assertThat(Arrays.copyOf(got, 3 * TinyModel.VOCAB)).isEqualTo(lastRows(aloneA, 3));
        assertThat(Arrays.copyOfRange(got, 3 * TinyModel.VOCAB, 8 * TinyModel.VOCAB)).isEqualTo(lastRows(aloneB, 5));
        assertThat(a.cache.packed()).isTrue();
        assertThat(b.cache.packed()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTakenBackOfAPackedCacheLeavesNoTrace(Kind kind) {
    KvSettings kv = KvSettings.packed(3, 32, 100);
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      Segment segment = new Segment(decoder.newCache(kv));
      run(decoder, segment, Regime.PROMPT, 0, 300, 64);
      run(decoder, segment, Regime.PROMPT, 400, 450, 50);
      assertThat(segment.cache.canTrim(99)).isFalse(); // whose rows have seen floats
      assertThatIllegalArgumentException().isThrownBy(() -> segment.cache.trim(99));
      assertThat(segment.cache.canTrim(100)).isTrue();
      segment.cache.trim(100);
      float[] again = run(decoder, segment, Regime.PROMPT, 100, 320, 64);
      float[] fresh = run(decoder, new Segment(decoder.newCache(kv)), Regime.PROMPT, 0, 320, 320);
      assertThat(again).isEqualTo(lastRows(fresh, 220));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theCallThatPackedACacheCanBeTakenBack(Kind kind) {
    KvSettings kv = KvSettings.packed(4, 32, 100);
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      float[] fresh = run(decoder, new Segment(decoder.newCache(kv)), Regime.PROMPT, 0, 140, 140);
      for (int length : new int[] {98, 99, 100, 101}) {
        Segment segment = new Segment(decoder.newCache(kv));
        run(decoder, segment, Regime.PROMPT, 0, 98, 98);
        run(decoder, segment, Regime.PROMPT, 98, length, 9);
        decoder.forward(new Batch(Regime.PROMPT, segment.next(TOKENS, 400, 5, Logits.LAST))); // a wrong guess
        assertThat(segment.cache.packed()).isTrue();
        segment.cache.trim(length);
        assertThat(segment.cache.packed()).isEqualTo(length >= 100);
        float[] again = run(decoder, segment, Regime.PROMPT, length, 140, 140);
        assertThat(again).as("from %d", length).isEqualTo(lastRows(fresh, 140 - length));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sharedBlocksContinueAPackedSequence(Kind kind) {
    KvSettings kv = KvSettings.packed(4, 32, 270);
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = decoder(kind, ops);
      Segment plain = new Segment(decoder.newCache(kv));
      run(decoder, plain, Regime.PROMPT, 0, 270, 270);
      Segment packed = new Segment(decoder.newCache(kv));
      float[] fresh = run(decoder, packed, Regime.PROMPT, 0, 320, 320);
      assertThat(plain.cache.packed()).isFalse();
      assertThat(packed.cache.blockBytes()).isLessThan(plain.cache.blockBytes());
      for (SequenceCache from : List.of(plain.cache, packed.cache)) {
        List<SequenceCache.Block> blocks = List.of(from.share(0), from.share(1));
        SequenceCache cache = decoder.newCache(kv);
        cache.adopt(blocks, 270);
        assertThat(cache.packed()).isEqualTo(from.packed()).isEqualTo(blocks.getFirst().packed());
        float[] continued = run(decoder, new Segment(cache), Regime.PROMPT, 270, 320, 20);
        assertThat(continued).isEqualTo(lastRows(fresh, 50));
      }
      List<SequenceCache.Block> blocks = List.of(packed.cache.share(0));
      assertThatIllegalArgumentException().isThrownBy(() -> decoder.newCache(kv).adopt(blocks, 256));
    }
  }

  @Test
  void groupsThatDoNotDivideAHeadAreRefusedByName() {
    Decoder decoder = decoder(Kind.LLAMA, new ScalarOps());
    assertThatThrownBy(() -> decoder.newCache(KvSettings.packed(4, 64, 0)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("kv_group_size must divide head_dim, which is 32, but is 64");
  }
}
