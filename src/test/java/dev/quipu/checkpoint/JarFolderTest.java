package dev.quipu.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarFolderTest {

  @TempDir
  Path folder;

  @Test
  void tensorsAreMappedInPlace() throws IOException {
    Path jar = HandMade.write(folder, "quipu.jar", HandMade.jar());
    try (Checkpoint checkpoint = Checkpoint.openInJar(jar, "models/tiny")) {
      assertThat(checkpoint.name()).isEqualTo("quipu.jar!/models/tiny");
      assertThat(checkpoint.config().requireString("model_type")).isEqualTo("llama");
      TensorEntry b = checkpoint.weights().take("b");
      assertThat(b.data().isMapped()).isTrue();
      assertThat(b.data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(4, 5, 6, 7);
    }
  }

  @Test
  void compressedWeightsAreRefused() throws IOException {
    Path jar = HandMade.write(folder, "quipu.jar", HandMade.jar());
    try (Checkpoint checkpoint = Checkpoint.openInJar(jar, "models/packed")) {
      assertThat(checkpoint.config().keys()).isEmpty();
      assertThatThrownBy(checkpoint::weights).isInstanceOf(QuipuException.class)
          .hasMessageContaining("models/packed/model.safetensors is compressed");
    }
  }

  @Test
  void missingFolderIsNamed() throws IOException {
    Path jar = HandMade.write(folder, "quipu.jar", HandMade.jar());
    assertThatThrownBy(() -> Checkpoint.openInJar(jar, "models/tin")).isInstanceOf(QuipuException.class)
        .hasMessageContaining("there is no folder models/tin");
  }

  @Test
  void fileThatIsNoJarIsRefused() throws IOException {
    Path jar = HandMade.write(folder, "quipu.jar", "not a jar");
    assertThatThrownBy(() -> Checkpoint.openInJar(jar, "models/tiny")).isInstanceOf(QuipuException.class)
        .hasMessageContaining("quipu.jar: it has no central directory");
  }

  @Test
  void zip64IsRefused() throws IOException {
    byte[] bytes = HandMade.jar();
    int end = bytes.length - "a comment, which moves the directory's end".length() - 22;
    Arrays.fill(bytes, end + 16, end + 20, (byte) 0xff);
    Path jar = HandMade.write(folder, "quipu.jar", bytes);
    assertThatThrownBy(() -> Checkpoint.openInJar(jar, "models/tiny")).isInstanceOf(QuipuException.class)
        .hasMessageContaining("zip64").hasMessageContaining("4 GB");
  }

  @Test
  void damagedJarsAreReadOrRefused() throws IOException {
    byte[] good = HandMade.jar();
    SplittableRandom random = new SplittableRandom(4711);
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] bad = random.nextInt(5) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
      for (int i = 0; i < 3 && bad.length > 0; i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Path jar = HandMade.write(folder, "quipu.jar", bad);
      try (Checkpoint checkpoint = Checkpoint.openInJar(jar, "models/tiny")) {
        checkpoint.config();
        checkpoint.weights().take("b").data().toArray(ValueLayout.JAVA_BYTE);
      } catch (QuipuException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }
}
