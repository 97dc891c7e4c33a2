package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {

  @Test
  void foldersWithFilesOfAModelAreFoundHereAndInModels(@TempDir Path here) throws IOException {
    Path whole = file(here.resolve("models/whole/model.safetensors"));
    Path other = file(here.resolve("other/model.gguf"));
    file(here.resolve("docs/readme.md"));
    assertThat(ListCommand.checkpointFolders(here)).containsExactly(other, whole);
  }

  private static Path file(Path path) throws IOException {
    Files.createDirectories(path.getParent());
    return Files.writeString(path, "").getParent();
  }
}
