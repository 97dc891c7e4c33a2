package dev.quipu.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubCacheTest {

  @TempDir
  private Path root;

  private Path model(String folder, String main, String... commits) throws IOException {
    Path model = root.resolve(folder);
    for (String commit : commits) {
      Files.createDirectories(model.resolve("snapshots").resolve(commit));
    }
    if (main != null) {
      Files.createDirectories(model.resolve("refs"));
      Files.writeString(model.resolve("refs/main"), main + "\n");
    }
    return model;
  }

  @Test
  void mainNamesTheCommit() throws IOException {
    Path model = model("models--org--name-4bit", "aaa", "aaa", "bbb");
    HubCache hub = new HubCache(root);
    assertThat(hub.find("org/name-4bit")).contains(model.resolve("snapshots/aaa"));
    assertThat(hub.entries()).containsExactly(new HubCache.Entry("org/name-4bit", model.resolve("snapshots/aaa")));
  }

  @Test
  void withoutAMainTheNewestCommitCounts() throws IOException {
    Path model = model("models--org--name", null, "old", "new");
    Files.setLastModifiedTime(model.resolve("snapshots/old"), FileTime.fromMillis(1000));
    assertThat(new HubCache(root).find("org/name")).contains(model.resolve("snapshots/new"));
  }

  @Test
  void aCommitThatIsNotThereIsNoModel() throws IOException {
    model("models--org--name", "gone", "other");
    assertThat(new HubCache(root).find("org/name")).isEmpty();
    assertThat(new HubCache(root).entries()).isEmpty();
  }

  @Test
  void anIdDoesNotLeaveTheCache() {
    assertThat(new HubCache(root).find("../../etc/passwd")).isEmpty();
    assertThat(new HubCache(root.resolve("absent")).entries()).isEmpty();
  }

  @Test
  void theEnvironmentSaysWhereTheCacheIs() {
    assertThat(HubCache.ofEnvironment(Map.of("HF_HUB_CACHE", "/a", "HF_HOME", "/b")).root()).isEqualTo(Path.of("/a"));
    assertThat(HubCache.ofEnvironment(Map.of("HF_HOME", "/b")).root()).isEqualTo(Path.of("/b/hub"));
    assertThat(HubCache.ofEnvironment(Map.of("XDG_CACHE_HOME", "/c")).root())
        .isEqualTo(Path.of("/c/huggingface/hub"));
    assertThat(HubCache.ofEnvironment(Map.of()).root())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/huggingface/hub"));
  }

  @Test
  void aModelThatIsNowhereIsRefusedWithWhereToGetIt() {
    HubCache hub = new HubCache(root);
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> Models.open("org/nothing", hub))
        .withMessageContaining("hub cache " + root).withMessageContaining("hf download org/nothing");
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> Models.open("./nothing", hub))
        .withMessageContaining("There is no folder ./nothing");
  }

  @Test
  void theEmbeddedModelHasANameToo() {
    try (Checkpoint byName = Models.open(EmbeddedModel.NAME, new HubCache(root));
        Checkpoint byDefault = Models.open(null, new HubCache(root))) {
      assertThat(byName.config().requireInt("hidden_size")).isEqualTo(576);
      assertThat(byDefault.name()).isEqualTo(byName.name());
    }
  }
}
