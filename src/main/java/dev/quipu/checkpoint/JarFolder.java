package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A folder inside a jar. Its uncompressed entries can be mapped where they lie. */
record JarFolder(Path jar, String folder, StoredZip zip, Map<String, StoredZip.Entry> entries) implements Folder {

  /**
   * @param folder such as {@code models/SmolLM2-135M-Instruct-4bit}
   * @throws QuipuException if the jar cannot be read or has no such folder
   */
  static JarFolder of(Path jar, String folder) {
    StoredZip zip = StoredZip.open(jar);
    Map<String, StoredZip.Entry> entries = new TreeMap<>();
    String prefix = folder + "/";
    for (StoredZip.Entry entry : zip.entries()) {
      String file = entry.name().startsWith(prefix) ? entry.name().substring(prefix.length()) : "";
      if (!file.isEmpty() && file.indexOf('/') < 0) {
        entries.put(file, entry);
      }
    }
    if (entries.isEmpty()) {
      throw new QuipuException(jar + ": there is no folder " + folder + " in this jar");
    }
    return new JarFolder(jar, folder, zip, entries);
  }

  @Override
  public String name() {
    return jar.getFileName() + "!/" + folder;
  }

  @Override
  public SortedSet<String> files() {
    return new TreeSet<>(entries.keySet());
  }

  @Override
  public InputStream open(String file) {
    return zip.open(entries.get(file));
  }

  @Override
  public FileRegion region(String file) {
    return zip.region(file, entries.get(file));
  }
}
