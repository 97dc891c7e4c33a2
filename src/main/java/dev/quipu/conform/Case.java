package dev.quipu.conform;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** One case, opened: its case.json, and the tensors and files beside it. Does not know what a kind means. */
final class Case implements AutoCloseable {

  static final String FILE = "case.json";
  static final String TENSORS = "tensors.safetensors";

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path folder;
  private final Config json;
  private final Arena arena = Arena.ofShared();
  private final Set<Path> filesRead = new HashSet<>();
  private final Set<String> tensorsRead = new HashSet<>();
  private SafeTensors tensors; // mapped when one is asked for

  private Case(Path folder, Config json) {
    this.folder = folder;
    this.json = json;
  }

  /** @throws QuipuException if case.json cannot be read or is no JSON object */
  static Case open(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Case opened = new Case(folder, Config.of(FILE, Json.parse(Files.newInputStream(file), FILE)));
      opened.filesRead.add(file);
      return opened;
    } catch (IOException e) {
      throw new QuipuException(FILE + ": cannot read it: " + e.getMessage(), e);
    }
  }

  Config json() {
    return json;
  }

  /** A file beside case.json, such as an image. */
  Path file(String name) {
    Path file = folder.resolve(name);
    filesRead.add(file);
    return file;
  }

  /** A tensor as it is stored, valid until the case is closed. */
  TensorEntry entry(String tensor) {
    if (tensors == null) {
      tensors = SafeTensors.open(file(TENSORS), arena);
    }
    tensorsRead.add(tensor);
    return tensors.tensor(tensor);
  }

  /** A float tensor, widened to float32. */
  Tensor floats(String tensor) {
    TensorEntry entry = entry(tensor);
    float[] values = new float[Math.toIntExact(entry.elements())];
    for (int i = 0; i < values.length; i++) {
      if (!(element(entry.dtype(), entry.data(), i) instanceof Float value)) {
        throw new Mismatch(entry.name() + ": expected floats, the tensor is " + entry.dtype());
      }
      values[i] = value;
    }
    return new Tensor(values, shape(entry));
  }

  /** A Float, widened, or an Integer or Long. */
  static Number element(DType dtype, MemorySegment data, int i) {
    return switch (dtype) {
      case F32 -> Float.intBitsToFloat(data.get(INT, 4L * i));
      case F16 -> Float.float16ToFloat(data.get(SHORT, 2L * i));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
      case I32 -> data.get(INT, 4L * i);
      case U32 -> Integer.toUnsignedLong(data.get(INT, 4L * i));
      case U8 -> Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, i));
    };
  }

  /** The ids in an i32 tensor of one axis. */
  int[] ids(String tensor) {
    TensorEntry entry = entry(tensor);
    if (entry.dtype() != DType.I32 || entry.shape().length != 1) {
      throw new Mismatch(tensor + ": expected an I32 tensor of one axis, it is " + entry.dtype() + " of "
          + entry.shape().length);
    }
    int[] ids = new int[Math.toIntExact(entry.elements())];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = entry.data().get(INT, 4L * i);
    }
    return ids;
  }

  static int[] shape(TensorEntry entry) {
    int[] shape = new int[entry.shape().length];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = Math.toIntExact(entry.shape()[axis]);
    }
    return shape;
  }

  /** Refuses a case that would pass because it compares nothing. */
  void requireSome(String key, int count) {
    if (count == 0) {
      throw json.refuse(key, "is empty: the case compares nothing");
    }
  }

  /** The files that were read, for an inventory. */
  Set<Path> filesRead() {
    return filesRead;
  }

  /** The stored tensors that nobody asked for. */
  Set<String> tensorsUnread() {
    Set<String> unread = new HashSet<>(tensors == null ? Set.of() : tensors.names());
    unread.removeAll(tensorsRead);
    return unread;
  }

  @Override
  public void close() {
    arena.close();
  }
}
