package dev.quipu.conform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.hub.EmbeddedModel;
import dev.quipu.ops.VectorOps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The whole of {@code golden/} with the vector operations on two threads, and then an inventory: a golden that no test
 * reads proves nothing, so every file, tensor and key must have been used by a case.
 */
class GoldenInventoryTest {

  /** What makes a checkpoint or a tokenizer; any other file in such a folder is read by nobody. */
  private static final String MODEL_FILES =
      "config\\.json|.*\\.safetensors|model\\.safetensors\\.index\\.json|tokenizer\\.json|preprocessor_config\\.json";

  /** Keys for the reader of a case, as FORMAT.md says of each; the rtol of perplexity, which is compared without. */
  private static final String INFORMATIVE =
      "id|about|made_with|text|kept|layout|reference_refuses|tolerance\\.why|tolerance\\.rtol";

  private final Set<Path> read = new HashSet<>(
      List.of(Golden.ROOT.resolve("README.md"), Golden.ROOT.resolve("FORMAT.md")));
  private final List<String> unread = new ArrayList<>();

  @TestFactory
  Stream<DynamicTest> vectorOperationsComputeWhatMlxDoes() {
    return Stream.concat(
        Golden.tests(new VectorOps(2), _ -> true, this::note),
        Stream.of(DynamicTest.dynamicTest("every file, tensor and key is read by a case", this::inventory)));
  }

  private void note(Suite.Entry entry, Case c) {
    assertThat(c.json().requireString("id")).isEqualTo(entry.id());
    read.addAll(c.filesRead());
    c.tensorsUnread().forEach(tensor -> unread.add(entry.id() + ": tensor " + tensor));
    boolean exact = entry.id().startsWith("op/quantize-"); // whatever its tolerance says
    c.json().unusedKeys().stream().filter(key -> !key.matches(INFORMATIVE) && !(exact && key.equals("tolerance")))
        .forEach(key -> unread.add(entry.id() + ": key " + key));
  }

  private void inventory() {
    for (Suite.Entry entry : Suite.open(Golden.ROOT).entries()) {
      addModel(entry, "checkpoint");
      addModel(entry, "tokenizer");
    }
    files(Golden.ROOT).filter(file -> !read.contains(file)).forEach(file -> unread.add(file.toString()));
    assertThat(unread).isEmpty();
  }

  /** The folder that a case refers to counts as read, as far as it is a model; without it the case is skipped. */
  private void addModel(Suite.Entry entry, String key) {
    try (Case c = Case.open(entry.folder())) {
      Path folder = Golden.ROOT.resolve(c.json().stringValue(key, "models/" + EmbeddedModel.NAME));
      if (Files.isDirectory(folder)) {
        files(folder).filter(file -> file.getFileName().toString().matches(MODEL_FILES)).forEach(read::add);
      } else if (!folder.endsWith(EmbeddedModel.NAME)) {
        files(entry.folder()).forEach(read::add);
      }
    }
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
