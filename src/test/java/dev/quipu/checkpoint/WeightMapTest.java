package dev.quipu.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightMapTest {

  @TempDir
  Path folder;

  private Checkpoint checkpoint;

  @BeforeEach
  void openThreeTensors() throws IOException {
    HandMade.write(folder, "model.safetensors", HandMade.safetensorsOf("model.norm", "model.norms.a", "lm_head"));
    checkpoint = Checkpoint.open(folder);
  }

  @AfterEach
  void close() {
    checkpoint.close();
  }

  @Test
  void viewSeesWhatIsBelowItsPrefix() {
    WeightMap model = checkpoint.weights().sub("model");
    assertThat(model.names()).containsExactly("norm", "norms.a");
    assertThat(model.sub("norm").names()).isEmpty();
    assertThat(model.has("norm")).isTrue();
    assertThat(model.has("lm_head")).isFalse();
    assertThat(model.sub("norms").take("a").name()).isEqualTo("model.norms.a");
  }

  @Test
  void whatNobodyTookIsUnused() {
    WeightMap weights = checkpoint.weights();
    weights.sub("model").take("norm");
    assertThat(weights.unused()).containsExactly("model.norms.a", "lm_head");
    assertThat(weights.sub("model").unused()).containsExactly("model.norms.a");
    weights.ignore("lm_head");
    weights.ignore("no such tensor");
    assertThat(weights.unused()).containsExactly("model.norms.a");
  }

  @Test
  void missingTensorIsNamedInFull() {
    assertThatThrownBy(() -> checkpoint.weights().sub("model.layers.3").take("mlp.up_proj.weight"))
        .isInstanceOf(QuipuException.class).hasMessageStartingWith("model.layers.3.mlp.up_proj.weight: ")
        .hasMessageContaining("has no such tensor").hasMessageContaining("download it again");
  }
}
