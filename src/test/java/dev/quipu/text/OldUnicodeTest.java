package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer.Form;
import org.junit.jupiter.api.Test;

/** Where Hugging Face {@code tokenizers} 0.23.3 and the JDK differ; asked of the former. */
class OldUnicodeTest {

  @Test
  void charactersYoungerThanUnicode10HaveNoNormalForm() {
    String au = Character.toString(0x16121); // two of U+1611E, since Unicode 16
    assertThat(OldUnicode.normalize(au, Form.NFD)).isEqualTo(au);
    assertThat(OldUnicode.normalize("é" + au + "é", Form.NFD)).isEqualTo("e\u0301" + au + "e\u0301");
  }

  @Test
  void lowerCaseKnowsNoFinalSigmaAndKeepsADot() {
    assertThat(OldUnicode.lowerCase("ΑΣ İ")).isEqualTo("ασ i\u0307");
  }

  @Test
  void youngMarksAreNoAccents() {
    assertThat(OldUnicode.marks().has(0x301)).isTrue();
    assertThat(OldUnicode.marks().has(0x1ACF)).isFalse();
  }
}
