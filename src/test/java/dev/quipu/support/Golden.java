package dev.quipu.support;

import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One case of {@code golden/}: its case.json, and the tensors beside it. Does not know what a kind means. */
public record Golden(String id, Path folder, Config json) {

  private static final Path ROOT = Path.of("golden");

  /** All cases below {@code golden/KIND}, in order of id; at least one. */
  public static List<Golden> cases(String kind) {
    try (Stream<Path> files = Files.walk(ROOT.resolve(kind))) {
      List<Golden> cases =
          files.filter(file -> file.endsWith("case.json")).map(file -> read(file.getParent())).sorted(
              (a, b) -> a.id.compareTo(b.id)).toList();
      if (cases.isEmpty()) {
        throw new IllegalStateException("no case in " + ROOT.resolve(kind));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Golden read(Path folder) {
    try {
      Path file = folder.resolve("case.json");
      Config json = Config.of(file.toString(), Json.parse(Files.readString(file), file.toString()));
      return new Golden(json.requireString("id"), folder, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a float32 tensor [R, N]. */
  public float[][] rows(String tensor) {
    try (Arena arena = Arena.ofConfined()) {
      TensorEntry entry = SafeTensors.open(folder.resolve("tensors.safetensors"), arena).tensor(tensor);
      if (entry.dtype() != DType.F32 || entry.shape().length != 2) {
        throw new IllegalStateException(id + ": " + tensor + " is no float32 matrix");
      }
      int columns = (int) entry.shape()[1];
      float[][] rows = new float[(int) entry.shape()[0]][];
      for (int r = 0; r < rows.length; r++) {
        rows[r] = entry.data().asSlice(4L * r * columns, 4L * columns).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      }
      return rows;
    }
  }

  /** The whole numbers at a key of case.json. */
  public int[] ints(String key) {
    return json.list(key).stream().mapToInt(n -> ((Number) n).intValue()).toArray();
  }

  @Override
  public String toString() {
    return id;
  }
}
