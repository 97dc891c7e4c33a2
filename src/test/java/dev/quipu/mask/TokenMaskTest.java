package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenMaskTest {

  private static final float NONE = Float.NEGATIVE_INFINITY;

  @Test
  void makesOtherTokensImpossible() {
    long[] bits = {0b101, 0, -1L, 1L << 7};
    float[] logits = new float[300];
    Arrays.fill(logits, 2);
    new TokenMask(bits, 200).apply(logits, 0, logits.length);
    for (int id = 0; id < logits.length; id++) {
      boolean allowed = id == 0 || id == 2 || id >= 128 && id < 192 || id == 199;
      assertThat(logits[id]).as("token %d", id).isEqualTo(allowed ? 2 : NONE);
    }
  }

  @Test
  void countsAndNamesWhatItAllows() {
    var mask = new TokenMask(new long[] {0, 1L << 63, 1}, 130);
    assertThat(mask.cardinality()).isEqualTo(2);
    assertThat(mask.allows(127)).isTrue();
    assertThat(mask.allows(128)).isTrue();
    assertThat(mask.allows(126)).isFalse();
    assertThat(mask.allows(-1)).isFalse();
    assertThat(mask.allows(130)).isFalse();
    assertThat(mask.next(0)).isEqualTo(127);
    assertThat(mask.next(128)).isEqualTo(128);
    assertThat(mask.next(129)).isEqualTo(-1);
  }

  @Test
  void isBitsAndAFewMore() {
    var ids = new IntList();
    ids.add(new int[] {7, 129, 3, 80}, 1, 3);
    var mask = new TokenMask(new long[] {0b10, 0, 1}, 130).plus(ids);
    assertThat(mask).isEqualTo(new TokenMask(new long[] {0b1010, 0, 0b11}, 130))
        .isNotEqualTo(new TokenMask(new long[] {0b10, 0, 1}, 130));
    assertThat(mask.cardinality()).isEqualTo(4);
    assertThat(IntStream.range(-1, 132).filter(mask::allows)).containsExactly(1, 3, 128, 129);
    assertThat(IntStream.iterate(mask.next(0), id -> id >= 0, id -> mask.next(id + 1))).containsExactly(1, 3, 128, 129);
    float[] logits = {9, 1, 9, 3, 9};
    mask.apply(logits, 0, logits.length);
    assertThat(logits).containsExactly(NONE, 1, NONE, 3, NONE);
  }

  @Test
  void isTheSameWithManyMore() {
    var ids = new IntList();
    int[] even = IntStream.range(0, 500).map(i -> 2 * i).toArray();
    ids.add(even, 0, even.length);
    var mask = new TokenMask(1000).plus(ids);
    assertThat(IntStream.range(0, 1001).filter(mask::allows).toArray()).containsExactly(even);
    assertThat(mask.cardinality()).isEqualTo(500);
    assertThat(new TokenMask(1000).cardinality()).isZero();
  }
}
