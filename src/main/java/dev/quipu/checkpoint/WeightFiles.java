package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

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
    SortedSet<String> models = new TreeSet<>();
    SortedSet<String> others = new TreeSet<>();
    for (String file : files) {
      if (file.endsWith(".safetensors")) {
        if (file.startsWith("model")) {
          models.add(file);
        } else if (!file.startsWith("consolidated") && !file.startsWith("adapter")) {
          others.add(file);
        }
      }
    }
    return models.isEmpty() ? others : models;
  }

  /**
   * Maps the files and returns which of them holds which tensor.
   *
   * @throws QuipuException if a file is missing or damaged, or the index and the files disagree
   */
  WeightMap open() {
    Config weightMap = weightMap();
    SortedSet<String> names = weightMap == null ? find(folder.files()) : shardsOf(weightMap);
    if (names.isEmpty()) {
      throw NotACheckpoint.noWeights(folder);
    }
    Map<String, SafeTensors> shards = new LinkedHashMap<>();
    for (String name : names) {
      shards.put(name, SafeTensors.open(folder.region(name), arena));
    }
    Map<String, SafeTensors> tensors = tensors(shards);
    if (weightMap != null) {
      checkIndex(weightMap, shards);
    }
    return new WeightMap(folder.name(), tensors);
  }

  /** The index's tensor → shard, or null. */
  private Config weightMap() {
    if (!folder.files().contains(INDEX)) {
      return null;
    }
    return Config.of(INDEX, Json.parse(folder.open(INDEX), INDEX)).object("weight_map");
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
}
