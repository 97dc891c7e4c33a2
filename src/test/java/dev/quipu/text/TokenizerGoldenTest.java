package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Ids and text against Hugging Face tokenizers 0.23.3: the committed suite, and larger ones made by tools/. */
class TokenizerGoldenTest {

  @Test
  void idsAndTextAreThoseOfTheReference() {
    TokenizerSuite suite = new TokenizerSuite(Path.of("golden"), Path.of("models")).run();
    assertThat(suite.differences()).isEmpty();
    assertThat(suite.compared()).isGreaterThanOrEqualTo(1000);
  }

  @Test
  void idsAndTextOfTheLargeCorpusAreThoseOfTheReference() {
    String folder = System.getProperty("quipu.tokenizer.corpus", "");
    assumeTrue(!folder.isEmpty(), "no corpus: make one with tools/tokenizer_corpus.py or tools/tokenizer_fuzz.py"
        + " and give its folder with -Dquipu.tokenizer.corpus");
    TokenizerSuite suite = new TokenizerSuite(Path.of(folder), Path.of("models")).run();
    assertThat(suite.differences()).isEmpty();
    assertThat(suite.compared()).isPositive();
  }
}
