package dev.quipu.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.support.TinyCheckpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {

  @TempDir
  Path folder;

  private Fingerprint fingerprint() {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return Fingerprint.of(checkpoint);
    }
  }

  @Test
  void eachPartStandsForItsFiles() throws IOException {
    new TinyCheckpoint().write(folder);
    Fingerprint first = fingerprint();
    assertThat(first.tokenizer()).isEmpty();
    assertThat(first.config()).hasSize(64).isNotEqualTo(first.weights());
    assertThat(fingerprint()).isEqualTo(first);

    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertThat(fingerprint().tokenizer()) // printf '{}' | sha256sum
        .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assertThat(fingerprint().weights()).isEqualTo(first.weights());

    new TinyCheckpoint().config("rms_norm_eps", "1e-6").write(folder);
    assertThat(fingerprint().config()).isNotEqualTo(first.config());
    assertThat(fingerprint().weights()).isEqualTo(first.weights());
  }

  @Test
  void weightsDifferByShapeByTypeAndByTheirFirstNumbers() throws IOException {
    new TinyCheckpoint().write(folder);
    String first = fingerprint().weights();
    new TinyCheckpoint().tensor("model.norm.weight", 65).write(folder);
    assertThat(fingerprint().weights()).isNotEqualTo(first);
    new TinyCheckpoint().tensor("model.norm.weight", "I32", 4, 64).write(folder);
    assertThat(fingerprint().weights()).isNotEqualTo(first);

    Path file = new TinyCheckpoint().write(folder).resolve("model.safetensors");
    assertThat(fingerprint().weights()).isEqualTo(first);
    try (RandomAccessFile weights = new RandomAccessFile(file.toFile(), "rw")) {
      weights.seek(weights.length() - 64 * 96 * Float.BYTES); // where the last tensor begins, mlp.down_proj.weight
      weights.write(1);
    }
    assertThat(fingerprint().weights()).isNotEqualTo(first);
  }

  @Test
  void theOrderOfTensorsInTheFileDoesNotCount() throws IOException {
    new TinyCheckpoint().write(folder);
    String first = fingerprint().weights();
    new TinyCheckpoint().without("model.norm.weight").tensor("model.norm.weight", 64).write(folder);
    assertThat(fingerprint().weights()).isEqualTo(first);
  }
}
