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
import java.util.Arrays;
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

  /** A stored tensor, copied: floats and i32 ids as float32, in the order of the file. */
  public record Tensor(float[] values, int[] shape) {

    /** Elements of the last axis. */
    public int cols() {
      return shape[shape.length - 1];
    }
  }

  /** The tensor of this name. */
  public Tensor tensor(String name) {
    try (Arena arena = Arena.ofConfined()) {
      TensorEntry entry = entry(name, arena);
      float[] values = new float[(int) entry.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = switch (entry.dtype()) {
          case F32 -> entry.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
          case I32 -> entry.data().get(ValueLayout.JAVA_INT_UNALIGNED, 4L * i);
          case F16, BF16, U32, U8 -> throw new IllegalStateException(id + ": " + name + " is " + entry.dtype());
        };
      }
      return new Tensor(values, Arrays.stream(entry.shape()).mapToInt(Math::toIntExact).toArray());
    }
  }

  /** The ids in an i32 tensor. */
  public int[] intTensor(String name) {
    float[] values = tensor(name).values();
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) values[i];
    }
    return ids;
  }

  /** The tensor of this name as it is stored, valid as long as the arena. */
  public TensorEntry entry(String name, Arena arena) {
    return SafeTensors.open(folder.resolve("tensors.safetensors"), arena).tensor(name);
  }

  /** The folder at a path from the suite's root, or that of the same name among the models that quipu carries. */
  public Path resolve(String path) {
    Path inSuite = ROOT.resolve(path);
    return Files.isDirectory(inSuite) ? inSuite : Path.of("models").resolve(inSuite.getFileName());
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
