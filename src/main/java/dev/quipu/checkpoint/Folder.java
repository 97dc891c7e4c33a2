package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.io.InputStream;
import java.util.SortedSet;

/** A flat set of named files: a directory, or a folder inside a jar. Does not know which files make a checkpoint. */
sealed interface Folder permits DirectoryFolder, JarFolder {

  /** What the folder is called in a message. */
  String name();

  /** The files directly in the folder. */
  SortedSet<String> files();

  /**
   * @param file one of {@link #files()}
   * @throws QuipuException if it cannot be read
   */
  InputStream open(String file);

  /**
   * Where a file's bytes lie, to map them.
   *
   * @param file one of {@link #files()}
   * @throws QuipuException if they are compressed, or cannot be read
   */
  FileRegion region(String file);
}
