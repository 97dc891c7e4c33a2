package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.checkpoint.WeightMap;
import dev.quipu.config.Config;
import dev.quipu.family.ModelFamily;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.hub.HubCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@code quipu list}: the models that are here, and why one cannot be run. */
final class ListCommand implements Command {

  private static final int COLUMNS = 5;

  private static final Syntax SYNTAX = new Syntax("list", "list",
      "The models that are here: embedded, in . and ./models, and in the hub cache.", "",
      Syntax.join(List.of(Syntax.VERBOSE)));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    flags.requireNoWords();
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"NAME", "TYPE", "SIZE", "QUANTIZATION", "PLACE"});
    rows.add(row(EmbeddedModel.NAME, "embedded", EmbeddedModel::open));
    for (Path folder : checkpointFolders(Path.of(""))) {
      rows.add(row(folder.toString(), folder.toAbsolutePath().normalize().toString(), () -> Checkpoint.open(folder)));
    }
    for (HubCache.Entry entry : HubCache.ofEnvironment(System.getenv()).entries()) {
      rows.add(row(entry.id(), entry.folder().toString(), () -> Checkpoint.open(entry.folder())));
    }
    out.print(table(rows));
    return Failures.DONE;
  }

  /** Folders that hold a model or a part of one: this one, those in it and those in its {@code models}. */
  static List<Path> checkpointFolders(Path here) {
    List<Path> folders = new ArrayList<>();
    if (hasModelFiles(here)) {
      folders.add(Path.of("."));
    }
    folders.addAll(children(here));
    folders.addAll(children(here.resolve("models")));
    return folders;
  }

  private static List<Path> children(Path parent) {
    if (!Files.isDirectory(parent.toAbsolutePath())) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).filter(ListCommand::hasModelFiles).sorted().toList();
    } catch (IOException e) {
      throw new QuipuException(parent + ": cannot list it: " + Failures.reason(e), e);
    }
  }

  private static boolean hasModelFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString())
          .anyMatch(name -> name.endsWith(".safetensors") || name.equals("tokenizer.json") || name.endsWith(".gguf"));
    } catch (IOException e) {
      return false; // not ours to read
    }
  }

  private static String[] row(String name, String place, Supplier<Checkpoint> open) {
    String[] row = {name, "?", "?", "?", place};
    try (Checkpoint checkpoint = open.get()) {
      Config config = checkpoint.config();
      row[1] = config.stringValue("model_type", "?");
      row[3] = quantization(config);
      row[2] = size(checkpoint.weights());
      ModelFamily.load(checkpoint, Set.of());
    } catch (RuntimeException e) { // one bad checkpoint must not hide the others
      row[4] += "\n    cannot be run: " + (e instanceof QuipuException ? e.getMessage() : "internal error: " + e);
    }
    return row;
  }

  private static String quantization(Config config) {
    Config section = config.object("quantization");
    if (section == null) {
      return config.has("quantization_config") ? "?" : config.stringValue("torch_dtype", "none");
    }
    return section.stringValue("mode", "affine") + ", " + section.get("bits") + " bits, groups of "
        + section.get("group_size");
  }

  private static String size(WeightMap weights) {
    return String.format(Locale.ROOT, "%.2f GB", weights.bytes() / 1e9);
  }

  private static String table(List<String[]> rows) {
    int[] widths = new int[COLUMNS];
    for (String[] row : rows) {
      for (int c = 0; c < COLUMNS; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (String[] row : rows) {
      for (int c = 0; c < COLUMNS - 1; c++) {
        table.append(row[c]).append(" ".repeat(widths[c] - row[c].length() + 2));
      }
      table.append(row[COLUMNS - 1]).append('\n');
    }
    return table.toString();
  }
}
