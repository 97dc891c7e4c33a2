package dev.quipu.hub;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The hub's cache on this machine, as huggingface_hub lays it out: {@code models--ORG--NAME/refs/main} names the commit
 * whose files are in {@code snapshots/COMMIT}. Reads only.
 */
public final class HubCache {

  private static final String PREFIX = "models--";

  /** A model in the cache: its id and the folder of its files. */
  public record Entry(String id, Path folder) {}

  private final Path root;

  public HubCache(Path root) {
    this.root = root;
  }

  /**
   * Where huggingface_hub looks: HF_HUB_CACHE, HF_HOME/hub, XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub.
   */
  public static HubCache ofEnvironment(Map<String, String> environment) {
    for (String name : List.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")) {
      if (!environment.getOrDefault(name, "").isEmpty()) {
        return new HubCache(Path.of(environment.get(name)));
      }
    }
    return new HubCache(home(environment).resolve("hub"));
  }

  private static Path home(Map<String, String> environment) {
    if (!environment.getOrDefault("HF_HOME", "").isEmpty()) {
      return Path.of(environment.get("HF_HOME"));
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path cacheHome = caches.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches);
    return cacheHome.resolve("huggingface");
  }

  public Path root() {
    return root;
  }

  /** The folder of a model's files, if the cache has the model. */
  public Optional<Path> find(String id) {
    if (!id.matches("[\\w.-]+/[\\w.-]+")) {
      return Optional.empty();
    }
    return snapshot(root.resolve(PREFIX + id.replace("/", "--")));
  }

  /** All models in the cache that have files, by id. */
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Path model : list(root)) {
      String name = model.getFileName().toString();
      if (name.startsWith(PREFIX)) {
        String id = name.substring(PREFIX.length()).replaceFirst("--", "/");
        snapshot(model).ifPresent(folder -> entries.add(new Entry(id, folder)));
      }
    }
    entries.sort(Comparator.comparing(Entry::id));
    return entries;
  }

  /** The files of the commit that main names; without a main, those of the newest commit. */
  private static Optional<Path> snapshot(Path model) {
    Path main = model.resolve("refs").resolve("main");
    try {
      if (Files.isRegularFile(main)) {
        Path folder = model.resolve("snapshots").resolve(Files.readString(main).strip());
        return Files.isDirectory(folder) ? Optional.of(folder) : Optional.empty();
      }
    } catch (IOException e) {
      throw new QuipuException(main + ": cannot read it: " + e.getMessage(), e);
    }
    return list(model.resolve("snapshots")).stream().max(Comparator.comparing(HubCache::modified));
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw new QuipuException(folder + ": cannot list it: " + e.getMessage(), e);
    }
  }

  private static long modified(Path path) {
    return path.toFile().lastModified();
  }
}
