package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreefryTest {

  /** kat_vectors of the Random123 library: threefry2x32 with 20 rounds. */
  @Test
  void hashGivesThePublishedWords() {
    assertThat(Threefry.hash(0, 0, 0)).isEqualTo(0x6b200159_99ba4efeL);
    assertThat(Threefry.hash(-1, -1, -1)).isEqualTo(0x1cb996fc_bb002be7L);
    assertThat(Threefry.hash(0x13198a2e_03707344L, 0x243f6a88, 0x85a308d3)).isEqualTo(0xc4923a9c_483df7a0L);
  }

  @Test
  void evenAndOddNumbersOfWordsAreLaidOutAsInMlx() {
    assertThat(Threefry.bits(42, 1)).containsExactly(0x6d3e048f);
    assertThat(Threefry.bits(42, 4)).containsExactly(0x92fb20ea, 0xdb4c98db, 0x0f38d913, 0x0ff68959);
    assertThat(Threefry.bits(42, 5)).containsExactly(0xbad56946, 0xde837c89, 0x3249c374, 0x354ba891, 0x2fc69b62);
  }

  @Test
  void splitGivesTheWordsInPairs() {
    assertThat(Threefry.split(42, 2)).containsExactly(0x92fb20ea_db4c98dbL, 0x0f38d913_0ff68959L);
  }

  @Test
  void uniformNeverReachesOne() {
    assertThat(Threefry.uniform(0)).isZero();
    assertThat(Threefry.uniform(0x80000000)).isEqualTo(0.5f);
    assertThat(Threefry.uniform(-1)).isEqualTo(0.99999994f);
  }
}
