package dev.quipu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quipu.model.Segment.Logits;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.ops.VectorOps;
import dev.quipu.support.TinyModel;
import dev.quipu.support.TinyModel.Kind;
import dev.quipu.tensor.Mat;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EmbeddedRowsTest {

  private static final int[] TOKENS = new Random(7).ints(40, 0, TinyModel.VOCAB).toArray();

  private static Mat h(int rows) {
    return Mat.zeros(rows, 1);
  }

  private static EmbeddedRows rows(int... positions) {
    Mat rows = Mat.zeros(positions.length, 1);
    for (int i = 0; i < positions.length; i++) {
      rows.data()[i] = positions[i];
    }
    return new EmbeddedRows(positions, rows);
  }

  @Test
  void thoseOfTheCallAreWrittenAndNoOthers() {
    Mat h = h(6);
    rows(3, 4, 7, 9).copyTo(h, 1, 4, 5); // positions 4 … 8 in rows 1 … 5
    assertThat(h.data()).containsExactly(0, 4, 0, 0, 7, 0);
    h = h(3);
    rows(3, 9).copyTo(h, 0, 5, 3);
    rows().copyTo(h, 0, 5, 3);
    assertThat(h.data()).containsExactly(0, 0, 0);
  }

  @Test
  void eachRowHasAPosition() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EmbeddedRows(new int[2], Mat.zeros(3, 1)));
  }

  /** The embedding of another token in the stead of one is that other token. */
  @Test
  void rowsAreEmbeddingsInAnyChunks() {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = new Decoder(TinyModel.spec(Kind.GEMMA), TinyModel.weights(Kind.GEMMA), ops);
      int[] others = TOKENS.clone();
      int[] positions = {2, 3, 4, 17, 39};
      Mat rows = Mat.zeros(positions.length, decoder.spec().hiddenSize());
      for (int i = 0; i < positions.length; i++) {
        others[positions[i]] = 1;
        ops.embed(rows, i, new int[] {1}, 0, 1, TinyModel.weights(Kind.GEMMA).embedTokens());
      }
      float[] expected = run(decoder, new Segment(decoder.newCache()), others, 40);
      for (int chunk : new int[] {40, 1, 3, 7}) {
        Segment segment = new Segment(decoder.newCache()).withRows(List.of(new EmbeddedRows(positions, rows)));
        assertThat(run(decoder, segment, TOKENS, chunk)).as("chunks of " + chunk).isEqualTo(expected);
      }
    }
  }

  /** Chunks may begin among them; they end behind them. */
  @Test
  void rowsThatStandTogetherSeeOneAnotherInAnyChunks() {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = new Decoder(TinyModel.spec(Kind.GEMMA), TinyModel.weights(Kind.GEMMA), ops);
      Mat rows = Mat.zeros(7, decoder.spec().hiddenSize());
      Random random = new Random(3);
      for (int i = 0; i < rows.size(); i++) {
        rows.data()[i] = random.nextFloat() - 0.5f;
      }
      int[] positions = {4, 5, 6, 7, 8, 20, 21};
      List<EmbeddedRows> together = List.of(new EmbeddedRows(positions, rows, true));
      float[] whole = run(decoder, new Segment(decoder.newCache()).withRows(together), TOKENS, 40);
      for (int[] ends : new int[][] {{9, 22, 40}, {3, 9, 10, 22, 40}, {4, 16, 20, 22, 23, 40}}) {
        Segment segment = new Segment(decoder.newCache()).withRows(together);
        float[] last = null;
        for (int end : ends) {
          int from = segment.cache.length();
          Mat logits = decoder.forward(
              new Batch(Regime.PROMPT, segment.next(TOKENS, from, end - from, Logits.LAST)));
          last = Arrays.copyOf(logits.data(), logits.size());
        }
        assertThat(last).as(Arrays.toString(ends)).isEqualTo(whole);
      }
      List<EmbeddedRows> apart = List.of(new EmbeddedRows(positions, rows));
      assertThat(run(decoder, new Segment(decoder.newCache()).withRows(apart), TOKENS, 40)).isNotEqualTo(whole);
    }
  }

  @Test
  void aSegmentsRowsAreAlikeUpToWhereOthersBegin() {
    Mat rows = Mat.zeros(5, 1);
    Segment segment = new Segment(null).withRows(List.of(
        new EmbeddedRows(new int[] {2, 3, 4, 8, 9}, rows, true), new EmbeddedRows(new int[] {5}, Mat.zeros(1, 1))));
    assertThat(segment.alike(0, 20)).isEqualTo(2);
    assertThat(segment.alike(2, 20)).isEqualTo(3);
    assertThat(segment.alike(3, 20)).isEqualTo(2);
    assertThat(segment.alike(5, 20)).isEqualTo(3);
    assertThat(segment.alike(5, 2)).isEqualTo(2);
    assertThat(segment.alike(10, 7)).isEqualTo(7);
    assertThat(List.of(1, 2, 4, 5, 9, 10).stream().map(segment::seesAhead)).containsExactly(
        false, true, true, false, true, false);
  }

  private static float[] run(Decoder decoder, Segment segment, int[] tokens, int chunk) {
    float[] last = null;
    for (int from = 0; from < tokens.length; from += chunk) {
      int count = Math.min(chunk, tokens.length - from);
      Mat logits = decoder.forward(new Batch(Regime.PROMPT, segment.next(tokens, from, count, Logits.LAST)));
      last = Arrays.copyOf(logits.data(), logits.size());
    }
    return last;
  }
}
