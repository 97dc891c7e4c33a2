package dev.quipu.schemabench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.generate.Engine;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.schemabench.Finding.Kind;
import dev.quipu.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of MaskBench, in several spellings; all of it: {@code quipu schema bench}. */
class MaskBenchTest {

  /** One file of so many. */
  private static final int EVERY = 60;

  @TempDir
  Path unpacked;

  @Test
  void noDocumentIsJudgedWronglyAndFewSchemasAreRefused() throws Exception {
    List<Path> files = MaskBenchFile.list(folder());
    Tally tally = new Tally();
    List<Finding> wrong = new ArrayList<>();
    SchemaBench bench = bench();
    for (int i = 0; i < files.size(); i += EVERY) {
      bench.run(MaskBenchFile.read(files.get(i)), tally, finding -> {
        if (finding.kind() != Kind.REFUSED) {
          wrong.add(finding);
        }
      });
    }
    assertThat(wrong).isEmpty();
    assertThat(tally.validAccepted()).isGreaterThan(100);
    assertThat(tally.invalidRejected()).isGreaterThan(200);
    assertThat(tally.compiled() / (double) (tally.compiled() + tally.refused())).isGreaterThan(0.94);
  }

  private static SchemaBench bench() {
    try (Checkpoint checkpoint = EmbeddedModel.open()) {
      Tokenizer tokenizer = Engine.tokenizer(checkpoint);
      return new SchemaBench(schema -> JsonSchema.compile(schema, SchemaOptions.checking()).start(), tokenizer,
          Engine.eosTokens(checkpoint, tokenizer), new Variants(1, 1, true));
    }
  }

  /** The corpus has it packed. */
  private Path folder() throws IOException, InterruptedException {
    String corpus = System.getProperty("quipu.corpus", "");
    Path packed = Path.of(corpus, "maskbench", "maskbench.tar.xz");
    Assumptions.assumeTrue(!corpus.isEmpty() && Files.exists(packed),
        "MaskBench is absent: set -Dquipu.corpus to the folder that has maskbench/maskbench.tar.xz");
    Process tar = new ProcessBuilder("tar", "-xJf", packed.toString(), "-C", unpacked.toString()).inheritIO().start();
    Assumptions.assumeTrue(tar.waitFor() == 0, "tar cannot unpack " + packed);
    return unpacked.resolve("mb");
  }
}
