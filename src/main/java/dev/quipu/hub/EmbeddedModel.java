package dev.quipu.hub;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model that quipu carries, stored in its jar so that tensors are mapped in place; beside the classes of a build it
 * is a folder.
 */
public final class EmbeddedModel {

  public static final String NAME = "SmolLM2-135M-Instruct-4bit";

  private static final String FOLDER = "models/" + NAME;

  private EmbeddedModel() {}

  /** @throws QuipuException if the classes run from neither a whole jar nor a checkout */
  public static Checkpoint open() {
    Path classes = classes();
    if (Files.isRegularFile(classes)) {
      return Checkpoint.openInJar(classes, FOLDER);
    }
    return Checkpoint.open(checkout(classes).orElseThrow(() -> new QuipuException(
        "The embedded model is not here: the classes run from " + classes
            + "; run target/quipu.jar, or name a model with --model")));
  }

  /** The folder in a checkout whose build these classes are: target/classes/../../models. */
  private static Optional<Path> checkout(Path classes) {
    for (Path at = classes; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(FOLDER))) {
        return Optional.of(at.resolve(FOLDER));
      }
    }
    return Optional.empty();
  }

  private static Path classes() {
    try {
      return Path.of(EmbeddedModel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new QuipuException("Cannot find quipu's own jar: " + e.getMessage(), e);
    }
  }
}
