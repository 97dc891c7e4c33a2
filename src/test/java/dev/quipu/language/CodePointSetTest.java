package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodePointSetTest {

  @Test
  void surrogatesAreInNoSet() {
    assertThat(CodePointSet.range(0x80, 0x10FFFF).contains(0xD800)).isFalse();
    assertThat(CodePointSet.range(0xD7FF, 0xE000).size()).isEqualTo(2);
    assertThat(CodePointSet.range(0xD800, 0xDFFF)).isEqualTo(CodePointSet.NONE);
    assertThat(CodePointSet.of('\n').not().containsAll(CodePointSet.range(0x80, 0x10FFFF))).isTrue();
  }

  @Test
  void allOtherCharactersAreAlikeToATextOfAnyButOne() {
    Language line = Language.chars(CodePointSet.of('\n').not()).repeat(0, -1);
    assertThat(line.afterAll(CodePointSet.range(0x80, 0x10FFFF))).isEqualTo(line);
  }
}
