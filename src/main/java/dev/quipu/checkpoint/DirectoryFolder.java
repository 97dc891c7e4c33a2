package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** A directory on disk. Follows symbolic links, of which a hub cache is made. */
record DirectoryFolder(Path directory, SortedSet<String> files) implements Folder {

  /**
   * @throws QuipuException if it cannot be listed
   */
  static DirectoryFolder of(Path directory) {
    SortedSet<String> files = new TreeSet<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
      for (Path path : paths) {
        if (!Files.isDirectory(path)) {
          files.add(path.getFileName().toString());
        }
      }
    } catch (IOException e) {
      throw FileRegion.unreadable(directory.toString(), directory, e);
    } catch (DirectoryIteratorException e) {
      throw FileRegion.unreadable(directory.toString(), directory, e.getCause());
    }
    return new DirectoryFolder(directory, files);
  }

  @Override
  public String name() {
    return directory.toString();
  }

  @Override
  public InputStream open(String file) {
    try {
      return Files.newInputStream(directory.resolve(file));
    } catch (IOException e) {
      throw FileRegion.unreadable(file, directory.resolve(file), e);
    }
  }

  @Override
  public FileRegion region(String file) {
    return FileRegion.of(directory.resolve(file));
  }
}
