package dev.quipu.conform;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The checkpoints and tokenizers that cases refer to, each opened once however many cases use it, as long as they do
 * not become too many: then the one that was used longest ago is closed.
 */
final class Library implements AutoCloseable {

  private static final long MAX_MAPPED_BYTES = 2L << 30;
  private static final int MAX_TOKENIZERS = 4;

  private record Loaded(Checkpoint checkpoint, ModelFamily.Model model, long bytes) {}

  private final Path suite;
  private final List<Path> models;
  private final Map<String, Loaded> loaded = new LinkedHashMap<>(16, 0.75f, true); // by reference, last used last
  private final LinkedHashMap<String, Tokenizer> tokenizers = new LinkedHashMap<>(16, 0.75f, true);

  /** @param models folders of models, beside those of the suite */
  Library(Path suite, List<Path> models) {
    this.suite = suite;
    this.models = models;
  }

  /**
   * A model, which stays open at least until the next one is asked for.
   *
   * @param reference a path from the root of the suite, such as {@code models/NAME}
   * @throws Skip           if it is nowhere
   * @throws QuipuException if it is damaged or not supported
   */
  ModelFamily.Model model(String reference) {
    Loaded found = loaded.get(reference);
    if (found == null) {
      found = load(reference);
      loaded.put(reference, found);
      closeOldest();
    }
    return found.model;
  }

  private Loaded load(String reference) {
    Checkpoint checkpoint = open(reference);
    try {
      ModelFamily.Model model = ModelFamily.load(checkpoint, Set.of());
      return new Loaded(checkpoint, model, checkpoint.weights().bytes());
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  private void closeOldest() {
    long total = loaded.values().stream().mapToLong(Loaded::bytes).sum();
    Iterator<Loaded> oldest = loaded.values().iterator();
    while (total > MAX_MAPPED_BYTES && loaded.size() > 1) {
      Loaded closed = oldest.next();
      oldest.remove();
      closed.checkpoint.close();
      total -= closed.bytes;
    }
  }

  /**
   * A tokenizer.
   *
   * @throws Skip           if its folder is nowhere
   * @throws QuipuException if it is damaged or not supported
   */
  Tokenizer tokenizer(String reference) {
    Tokenizer found = tokenizers.get(reference);
    if (found == null) {
      found = readTokenizer(reference);
      if (tokenizers.size() == MAX_TOKENIZERS) {
        tokenizers.pollFirstEntry();
      }
      tokenizers.put(reference, found);
    }
    return found;
  }

  /** A tokenizer, read anew. */
  Tokenizer readTokenizer(String reference) {
    try (Checkpoint folder = open(reference)) {
      return Tokenizer.load(folder.open("tokenizer.json"), "tokenizer.json");
    }
  }

  /**
   * A folder of files, opened anew: that of the suite, else one of those given, or in one of them, else the one that
   * quipu carries.
   */
  Checkpoint open(String reference) {
    Path inSuite = suite.resolve(reference);
    String name = inSuite.getFileName().toString();
    List<Path> places = new ArrayList<>(List.of(inSuite));
    models.forEach(folder -> places.add(isCalled(folder, name) ? folder : folder.resolve(name)));
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        return Checkpoint.open(place);
      }
    }
    if (name.equals(EmbeddedModel.NAME)) {
      return embedded(reference);
    }
    throw new Skip("there is no folder " + reference + " in the suite"
        + (models.isEmpty() ? "" : ", no " + name + " in " + models.toString().replaceAll("^\\[|]$", ""))
        + ", and the embedded model is another one; --models DIR says where else to look");
  }

  private static boolean isCalled(Path folder, String name) {
    return folder.toAbsolutePath().normalize().endsWith(name);
  }

  private static Checkpoint embedded(String reference) {
    try {
      return EmbeddedModel.open();
    } catch (QuipuException e) {
      throw new Skip(reference + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    loaded.values().forEach(model -> model.checkpoint.close());
    loaded.clear();
  }
}
