package dev.quipu.schemabench;

import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A schema with documents that it accepts or not, as MaskBench has them in a file each.
 *
 * @param name   the file's name
 * @param schema the schema as a text
 * @param draft4 whether it says that it is of a draft in which 1.0 is no integer
 */
public record MaskBenchFile(String name, String schema, boolean draft4, List<Instance> instances) {

  /** A document, as plain Java values; may be null, which is JSON's null. */
  public record Instance(boolean valid, Object data) {}

  /** The files of a folder whose names end in .json, by name. */
  public static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new QuipuException(folder + ": cannot list it: " + e.getMessage(), e);
    }
  }

  public static MaskBenchFile read(Path file) {
    String name = file.getFileName().toString();
    try {
      return of(name, Json.parse(Files.newInputStream(file), name));
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  static MaskBenchFile of(String name, Object json) {
    if (!(json instanceof Map<?, ?> file) || !file.containsKey("schema") || !(file.get("tests") instanceof List<?> tests)) {
      throw new QuipuException(name + ": is no file of MaskBench: it must be an object with a schema and a list of tests");
    }
    List<Instance> instances = new ArrayList<>();
    for (Object test : tests) {
      if (!(test instanceof Map<?, ?> map) || !(map.get("valid") instanceof Boolean valid) || !map.containsKey("data")) {
        throw new QuipuException(name + ": each of its tests must have valid, true or false, and data");
      }
      instances.add(new Instance(valid, map.get("data")));
    }
    Object schema = file.get("schema");
    return new MaskBenchFile(name, JsonText.of(schema, new PythonStyle()), isDraft4(schema), List.copyOf(instances));
  }

  private static boolean isDraft4(Object schema) {
    return schema instanceof Map<?, ?> map && map.get("$schema") instanceof String draft
        && (draft.contains("draft-04") || draft.contains("draft-03"));
  }
}
