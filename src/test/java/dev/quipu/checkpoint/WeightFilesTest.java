package dev.quipu.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightFilesTest {

  @TempDir
  Path folder;

  @Test
  void modelFilesComeBeforeAllOthers() {
    assertThat(find("model-1.safetensors", "model.safetensors", "extra.safetensors", "config.json"))
        .containsExactly("model-1.safetensors", "model.safetensors");
  }

  @Test
  void otherFilesCountButForAdaptersAndConsolidatedCopies() {
    assertThat(find("weights.safetensors", "consolidated.safetensors", "adapters.safetensors", "a.bin"))
        .containsExactly("weights.safetensors");
  }

  @Test
  void indexNamesTheShards() throws IOException {
    HandMade.write(folder, "x.safetensors", HandMade.safetensorsOf("a", "c"));
    HandMade.write(folder, "y.safetensors", HandMade.safetensorsOf("b"));
    HandMade.write(folder, "model-old.safetensors", HandMade.safetensorsOf("a"));
    index("{\"weight_map\": {\"a\": \"x.safetensors\", \"b\": \"y.safetensors\"}}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.weights().names()).containsExactly("a", "c", "b");
    }
  }

  @Test
  void tensorInTwoShardsIsRefused() throws IOException {
    HandMade.write(folder, "model-1.safetensors", HandMade.safetensorsOf("a", "b"));
    HandMade.write(folder, "model-2.safetensors", HandMade.safetensorsOf("b"));
    assertRefused("model-2.safetensors: tensor \"b\" is also in model-1.safetensors");
  }

  @Test
  void tensorInAnotherShardThanTheIndexSaysIsRefused() throws IOException {
    HandMade.write(folder, "model-1.safetensors", HandMade.safetensorsOf("a"));
    HandMade.write(folder, "model-2.safetensors", HandMade.safetensorsOf("b"));
    index("{\"weight_map\": {\"a\": \"model-2.safetensors\", \"b\": \"model-1.safetensors\"}}");
    assertRefused("\"a\" should be in model-2.safetensors but is not");
  }

  @Test
  void missingShardIsNamed() throws IOException {
    HandMade.write(folder, "model-1.safetensors", HandMade.safetensorsOf("a"));
    index("{\"weight_map\": {\"a\": \"model-1.safetensors\", \"b\": \"model-2.safetensors\"}}");
    assertRefused("names model-2.safetensors, which is not in");
  }

  @Test
  void indexThatLeavesTheFolderIsRefused() throws IOException {
    HandMade.write(folder, "model-1.safetensors", HandMade.safetensorsOf("a"));
    index("{\"weight_map\": {\"a\": \"../secret.safetensors\"}}");
    assertRefused("\"../secret.safetensors\" is a path");
    index("{\"weight_map\": {\"a\": \"..\\\\secret.safetensors\"}}");
    assertRefused("is a path");
  }

  @Test
  void indexOfTheWrongShapeIsRefused() throws IOException {
    HandMade.write(folder, "model-1.safetensors", HandMade.safetensorsOf("a"));
    index("[]");
    assertRefused("expected a JSON object");
    index("{\"weight_map\": {\"a\": 7}}");
    assertRefused("weight_map.a must be a string but is 7");
    index("{\"weight_map\"");
    assertRefused("not valid JSON");
  }

  private static Iterable<String> find(String... files) {
    return WeightFiles.find(new TreeSet<>(List.of(files)));
  }

  private void index(String json) throws IOException {
    HandMade.write(folder, "model.safetensors.index.json", json);
  }

  private void assertRefused(String message) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(checkpoint::weights).isInstanceOf(QuipuException.class).hasMessageContaining(message);
    }
  }
}
