package dev.quipu.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.quipu.QuipuException;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {

  private static final Path SMOL = Path.of("models/SmolLM2-135M-Instruct-4bit");

  @TempDir
  Path folder;

  @Test
  void embeddedModelIsReadWhole() {
    try (Checkpoint checkpoint = Checkpoint.open(SMOL)) {
      assertThat(checkpoint.config().requireString("model_type")).isEqualTo("llama");
      assertThat(checkpoint.optionalConfig("generation_config.json")).isPresent();
      assertThat(checkpoint.has("tokenizer.json")).isTrue();
      WeightMap weights = checkpoint.weights();
      // 30 layers of 2 norms and 7 projections of three tensors, the embedding's three, the final norm
      assertThat(weights.names()).hasSize(30 * (2 + 7 * 3) + 3 + 1);
      TensorEntry up = weights.sub("model.layers.6").take("mlp.up_proj.weight");
      assertThat(up.dtype()).isEqualTo(DType.U32);
      assertThat(up.shape()).containsExactly(1536, 72);
      assertThat(up.data().byteSize()).isEqualTo(1536 * 72 * 4);
      assertThat(weights.unused()).hasSize(weights.names().size() - 1).doesNotContain(up.name());
    }
  }

  @Test
  void closingEndsTheMapping() throws IOException {
    HandMade.write(folder, "model.safetensors", HandMade.safetensorsOf("a"));
    Checkpoint checkpoint = Checkpoint.open(folder);
    MemorySegment data = checkpoint.weights().take("a").data();
    assertThat(data.get(ValueLayout.JAVA_BYTE, 3)).isEqualTo((byte) 3);
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 3)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void configAndWeightsRememberWhatWasAsked() throws IOException {
    HandMade.write(folder, "config.json", "{\"a\": 1, \"b\": 2}");
    HandMade.write(folder, "model.safetensors", HandMade.safetensorsOf("a"));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      checkpoint.config().requireInt("a");
      assertThat(checkpoint.config().unusedKeys()).containsExactly("b");
      assertThat(checkpoint.weights()).isSameAs(checkpoint.weights());
    }
  }

  @Test
  void folderWithoutWeightsStillGivesItsTexts() throws IOException {
    HandMade.write(folder, "tokenizer.json", "{\"é\": 1}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.text("tokenizer.json")).isEqualTo("{\"é\": 1}");
      assertThat(checkpoint.optionalConfig("generation_config.json")).isEmpty();
      assertThatThrownBy(() -> checkpoint.open("chat_template.jinja")).isInstanceOf(QuipuException.class)
          .hasMessageContaining("there is no chat_template.jinja");
    }
  }

  @Test
  void aTextThatIsNoneIsRefused() throws IOException {
    Files.write(folder.resolve("chat_template.jinja"), new byte[] {'h', 'i', (byte) 0xC3});
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(() -> checkpoint.text("chat_template.jinja")).isInstanceOf(QuipuException.class)
          .hasMessageStartingWith("chat_template.jinja: it is no text in UTF-8, in ");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      model-q4.gguf            | GGUF model
      adapters.safetensors     | only an adapter
      adapter_config.json      | only an adapter
      weights.00.npz           | .npz
      model.onnx               | ONNX
      pytorch_model.bin        | PyTorch
      consolidated.00.pth      | PyTorch
      model.pt                 | PyTorch
      consolidated.safetensors | Mistral's consolidated.safetensors
      tokenizer.json           | there is no *.safetensors file here
      """)
  void folderThatIsNoCheckpointSaysWhatItIs(String file, String message) throws IOException {
    HandMade.write(folder, file, "x");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(checkpoint::weights).isInstanceOf(QuipuException.class)
          .hasMessageStartingWith(folder.toString()).hasMessageContaining(message);
      assertThatThrownBy(checkpoint::config).isInstanceOf(QuipuException.class)
          .hasMessageContaining(message.replace("*.safetensors file", "config.json"));
    }
  }

  @Test
  void weightsWithoutConfigSayThatItIsMissing() throws IOException {
    HandMade.write(folder, "model.safetensors", HandMade.safetensorsOf("a"));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(checkpoint::config).isInstanceOf(QuipuException.class).hasMessageContaining("no config.json");
    }
  }

  @Test
  void emptyFolderSaysSo() {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(checkpoint::config).isInstanceOf(QuipuException.class).hasMessageContaining("holds no files");
    }
  }

  @Test
  void pathThatIsNoFolderSaysWhatItIs() throws IOException {
    assertNoFolder(folder.resolve("nowhere"), "there is no such folder");
    assertNoFolder(HandMade.write(folder, "model.gguf", "x"), "this is a GGUF file");
    assertNoFolder(HandMade.write(folder, "model.bin", "GGUF\3"), "this is a GGUF file");
    assertNoFolder(HandMade.write(folder, "model.safetensors", HandMade.safetensorsOf("a")), "name its folder");
    assertNoFolder(HandMade.write(folder, "notes.txt", "x"), "name a folder");
  }

  @Test
  void unreadableFileIsNamed() throws IOException {
    Path file = HandMade.write(folder, "model.safetensors", HandMade.safetensorsOf("a"));
    assumeThat(file.getFileSystem().supportedFileAttributeViews()).as("POSIX permissions").contains("posix");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(file)).as("this user reads everything").isFalse();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThatThrownBy(checkpoint::weights).isInstanceOf(QuipuException.class)
          .hasMessageStartingWith("model.safetensors: cannot read").hasMessageContaining("permission denied");
    }
  }

  private static void assertNoFolder(Path path, String message) {
    assertThatThrownBy(() -> Checkpoint.open(path)).isInstanceOf(QuipuException.class)
        .hasMessageStartingWith(path.toString()).hasMessageContaining(message);
  }
}
