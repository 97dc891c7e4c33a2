package dev.quipu.hub;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the model that a name means: a folder, else an id in the hub cache, else the embedded model by its name. */
public final class Models {

  private Models() {}

  /**
   * @param name a folder, an id such as {@code mlx-community/gemma-3-270m-it-4bit}, or null for the embedded model
   * @throws QuipuException naming the places that were looked at, and how to get the model
   */
  public static Checkpoint open(String name) {
    return open(name, HubCache.ofEnvironment(System.getenv()));
  }

  static Checkpoint open(String name, HubCache hub) {
    if (name == null || name.equals(EmbeddedModel.NAME)) {
      return EmbeddedModel.open();
    }
    if (name.isBlank()) {
      throw new QuipuException("The model's name is empty; give a folder that holds config.json, an id such as"
          + " mlx-community/gemma-3-270m-it-4bit, or no name for the embedded model");
    }
    Path path = path(name);
    if (Files.exists(path)) {
      return Checkpoint.open(path);
    }
    Optional<Path> cached = hub.find(name);
    return Checkpoint.open(cached.orElseThrow(() -> notFound(name, hub)));
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new QuipuException("\"" + name + "\" is no path: " + e.getReason(), e);
    }
  }

  private static QuipuException notFound(String name, HubCache hub) {
    boolean id = name.matches("[\\w.-]+/[\\w.-]+") && !name.startsWith(".");
    String advice = id
        ? "; to get it: hf download " + name
        : "; give a folder that holds config.json, or an id such as mlx-community/gemma-3-270m-it-4bit";
    return new QuipuException("There is no folder " + name
        + (id ? ", and the hub cache " + hub.root() + " has no such model" : "") + advice);
  }
}
