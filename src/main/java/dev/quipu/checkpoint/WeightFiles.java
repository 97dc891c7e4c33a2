package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which safetensors files of a folder are the model's weights, and which tensor lies in which: those that the index
 * names; without an index {@code model*.safetensors}, else all but adapters and Mistral's {@code consolidated} copies.
 */
final class WeightFiles {

  static final String INDEX = "model.safetensors.index.json";

  private final Folder folder;
  private final Arena arena;

  WeightFiles(Folder folder, Arena arena) {
    this.folder = folder;
    this.arena = arena;
  }

  /** The names of the weight files; empty if there are none. */
  static SortedSet<String> find(SortedSet<String> files) {
    SortedSet<String> models = matching(files, file -> file.startsWith("model"));
    if (!models.isEmpty()) {
      return models;
    }
    return matching(files, file -> !file.startsWith("consolidated") && !file.startsWith("adapter"));
  }

  /**
   * Maps the files and returns which of them holds which tensor.
   *
   * @throws QuipuException if a file is missing or damaged, or the index and the files disagree
   */
  WeightMap open() {
    Config index = folder.files().contains(INDEX) ? Config.of(INDEX, Json.parse(folder.open(INDEX), INDEX)) : null;
    Map<String, SafeTensors> shards = new LinkedHashMap<>();
    Config weightMap = index == null ? null : index.object("weight_map");
    SortedSet<String> names = weightMap == null ? find(folder.files()) : shardsOf(weightMap);
    if (names.isEmpty()) {
      throw NotACheckpoint.noWeights(folder);
    }
    for (String name : names) {
      shards.put(name, SafeTensors.open(folder.region(name), arena));
    }
    Map<String, SafeTensors> tensors = tensors(shards);
    if (weightMap != null) {
      checkIndex(weightMap, shards);
    }
    return new WeightMap(folder.name(), tensors);
  }

  private SortedSet<String> shardsOf(Config weightMap) {
    SortedSet<String> shards = new TreeSet<>();
    for (String tensor : weightMap.keys()) {
      String shard = weightMap.requireString(tensor);
      if (shards.add(shard)) {
        checkShard(shard);
      }
    }
    return shards;
  }

  private void checkShard(String shard) {
    if (shard.indexOf('/') >= 0 || shard.indexOf('\\') >= 0) {
      throw new QuipuException(INDEX + ": \"" + shard + "\" is a path; an index may name only files of its own folder");
    }
    if (!folder.files().contains(shard)) {
      throw new QuipuException(INDEX + ": names " + shard + ", which is not in " + folder.name()
          + ": the download is incomplete; download the model again");
    }
  }

  private static Map<String, SafeTensors> tensors(Map<String, SafeTensors> shards) {
    Map<String, SafeTensors> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafeTensors> shard : shards.entrySet()) {
      for (String tensor : shard.getValue().names()) {
        SafeTensors other = tensors.put(tensor, shard.getValue());
        if (other != null) {
          throw new QuipuException(shard.getKey() + ": tensor \"" + tensor + "\" is also in " + other.name()
              + "; the folder mixes two models or holds a copy: keep one");
        }
      }
    }
    return tensors;
  }

  private static void checkIndex(Config weightMap, Map<String, SafeTensors> shards) {
    for (String tensor : weightMap.keys()) {
      String shard = weightMap.requireString(tensor);
      if (!shards.get(shard).names().contains(tensor)) {
        throw new QuipuException(INDEX + ": \"" + tensor + "\" should be in " + shard
            + " but is not; index and files are of different downloads: download the model again");
      }
    }
  }

  private static SortedSet<String> matching(SortedSet<String> files, Predicate<String> wanted) {
    SortedSet<String> matching = new TreeSet<>();
    for (String file : files) {
      if (file.endsWith(".safetensors") && wanted.test(file)) {
        matching.add(file);
      }
    }
    return matching;
  }
}
