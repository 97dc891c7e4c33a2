package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tensors of a checkpoint by name, or those below a prefix. Remembers which were taken, so that a loader can refuse
 * a checkpoint with tensors that nobody reads. Does not know what a name means.
 */
public final class WeightMap {

  private final String checkpoint;
  private final Map<String, SafeTensors> files;   // full tensor name → the file that holds it
  private final Set<String> taken;                // full names; shared by all views
  private final String prefix;                    // "" or ends with a dot

  WeightMap(String checkpoint, Map<String, SafeTensors> files) {
    this(checkpoint, files, Collections.synchronizedSet(new HashSet<>()), "");
  }

  private WeightMap(String checkpoint, Map<String, SafeTensors> files, Set<String> taken, String prefix) {
    this.checkpoint = checkpoint;
    this.files = files;
    this.taken = taken;
    this.prefix = prefix;
  }

  /** The view below a prefix: {@code sub("model.layers.3").take("mlp.up_proj.weight")}. */
  public WeightMap sub(String name) {
    return new WeightMap(checkpoint, files, taken, prefix + name + ".");
  }

  public boolean has(String name) {
    return files.containsKey(prefix + name);
  }

  /**
   * The tensor, which from now on counts as read.
   *
   * @throws QuipuException if the checkpoint has no such tensor, or its type is not supported
   */
  public TensorEntry take(String name) {
    String full = prefix + name;
    SafeTensors file = files.get(full);
    if (file == null) {
      throw new QuipuException(full + ": " + checkpoint + " has no such tensor; either the checkpoint is incomplete "
          + "(download it again) or its config.json describes another model");
    }
    taken.add(full);
    return file.tensor(full);
  }

  /** Counts the tensor, if there is one, as read: it is known to be derived or not needed. */
  public void ignore(String name) {
    taken.add(prefix + name);
  }

  /** The names below this view's prefix, without it, in the order of the files. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (String full : files.keySet()) {
      if (full.startsWith(prefix)) {
        names.add(full.substring(prefix.length()));
      }
    }
    return names;
  }

  /** The bytes of all tensors below this view's prefix, as they lie in the files. */
  public long bytes() {
    long bytes = 0;
    for (var entry : files.entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        bytes += entry.getValue().bytes(entry.getKey());
      }
    }
    return bytes;
  }

  /** Feeds a digest with the names, types, shapes and first bytes of all tensors, in the order of their names. */
  void digest(MessageDigest digest) {
    for (String full : new TreeSet<>(files.keySet())) {
      files.get(full).digest(full, digest);
    }
  }

  /** The full names below this view's prefix that were neither taken nor ignored. */
  public List<String> unused() {
    List<String> unused = new ArrayList<>();
    for (String full : files.keySet()) {
      if (full.startsWith(prefix) && !taken.contains(full)) {
        unused.add(full);
      }
    }
    return unused;
  }
}
