package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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
  void namesTheOnlyToken() {
    assertThat(new TokenMask(new long[] {0, 8}, 128).only()).isEqualTo(67);
    assertThat(new TokenMask(new long[] {1, 8}, 128).only()).isEqualTo(-1);
    assertThat(new TokenMask(new long[] {0, 9}, 128).only()).isEqualTo(-1);
    assertThat(new TokenMask(new long[] {0, 0}, 128).only()).isEqualTo(-1);
  }
}
