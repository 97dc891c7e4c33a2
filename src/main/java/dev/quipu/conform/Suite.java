package dev.quipu.conform;

import dev.quipu.QuipuException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of cases, at any depth. Opens none of them.
 *
 * @param root    what the references of a case start from
 * @param entries in order of id
 */
public record Suite(Path root, List<Entry> entries) {

  /**
   * Where a case is.
   *
   * @param id     its path from the root of the suite, with slashes
   * @param folder that holds its case.json
   */
  public record Entry(String id, Path folder) {}

  public Suite {
    entries = List.copyOf(entries);
  }

  /** @throws QuipuException if the path is no folder that can be read */
  public static Suite open(Path root) {
    if (!Files.isDirectory(root)) {
      throw new QuipuException(root + ": there is no such folder; name the folder of a suite, such as golden");
    }
    try (Stream<Path> files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return new Suite(root, files.filter(file -> file.endsWith(Case.FILE)).map(file -> entry(root, file.getParent()))
          .sorted(Comparator.comparing(Entry::id)).toList());
    } catch (IOException | UncheckedIOException e) {
      throw new QuipuException(root + ": cannot list the suite: " + e.getMessage(), e);
    }
  }

  private static Entry entry(Path root, Path folder) {
    return new Entry(root.relativize(folder).toString().replace(File.separatorChar, '/'), folder);
  }
}
