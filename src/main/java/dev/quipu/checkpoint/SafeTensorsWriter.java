package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a safetensors file: first it is told which tensors there will be, then their data in any order, so that none
 * has to be kept. The file stands beside its place as {@code NAME.part} until it is whole. Tensors of wide types come
 * first and names are sorted, as in the format's reference implementation, so that each lies at a multiple of its size.
 */
public final class SafeTensorsWriter implements AutoCloseable {

  private static final int ALIGNMENT = 8;
  private static final int BUFFER_BYTES = 1 << 20;

  /** A tensor to be written. */
  public record Declaration(String name, DType dtype, long... shape) {

    long bytes() {
      return Math.multiplyExact(Arrays.stream(shape).reduce(1, Math::multiplyExact), dtype.bytes());
    }
  }

  private final Path file;
  private final PartFile part;
  private final Map<String, Declaration> missing = new LinkedHashMap<>();
  private final Map<String, Long> places = new LinkedHashMap<>(); // name → where its next byte goes in the file
  private final Map<String, Long> ends = new LinkedHashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private SafeTensorsWriter(Path file, PartFile part) {
    this.file = file;
    this.part = part;
  }

  /**
   * @param metadata of the header, by name
   * @throws QuipuException if the file cannot be written
   */
  public static SafeTensorsWriter create(Path file, Collection<Declaration> tensors, Map<String, String> metadata) {
    try {
      SafeTensorsWriter writer = new SafeTensorsWriter(file, PartFile.create(file));
      try {
        writer.writeHeader(tensors, metadata);
        return writer;
      } catch (RuntimeException e) {
        writer.close();
        throw e;
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void writeHeader(Collection<Declaration> tensors, Map<String, String> metadata) {
    List<Declaration> sorted = tensors.stream().sorted(
        Comparator.comparing((Declaration t) -> -t.dtype.bytes()).thenComparing(Declaration::name)).toList();
    StringBuilder json = new StringBuilder("{\"__metadata__\":{").append(metadata.entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue())).collect(Collectors.joining(",")));
    json.append('}');
    long end = 0;
    for (Declaration tensor : sorted) {
      places.put(tensor.name, end);
      missing.put(tensor.name, tensor);
      json.append(',').append(entry(tensor, end));
      end += tensor.bytes();
      ends.put(tensor.name, end);
    }
    byte[] header = padded(json.append('}').toString());
    places.replaceAll((_, offset) -> offset + Long.BYTES + header.length);
    ends.replaceAll((_, offset) -> offset + Long.BYTES + header.length);
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length).put(header).flip();
    writeOrFail(bytes, 0);
  }

  private static String entry(Declaration tensor, long begin) {
    String shape = Arrays.stream(tensor.shape).mapToObj(Long::toString).collect(Collectors.joining(","));
    return "%s:{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}".formatted(
        quoted(tensor.name), tensor.dtype, shape, begin, begin + tensor.bytes());
  }

  /** With spaces at the end, so that the data begins at a multiple of 8. */
  private static byte[] padded(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, Math.ceilDiv(bytes.length, ALIGNMENT) * ALIGNMENT);
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    return padded;
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      quoted.append(c == '"' || c == '\\' ? "\\" + c : c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return quoted.append('"').toString();
  }

  /** An F32 tensor, from the first of the values on. */
  public void write(String name, float[] values) {
    long at = place(name, DType.F32);
    int count = Math.toIntExact(missing.remove(name).bytes() / Float.BYTES);
    for (int from = 0; from < count; from += BUFFER_BYTES / Float.BYTES) {
      int length = Math.min(BUFFER_BYTES / Float.BYTES, count - from);
      buffer.clear().asFloatBuffer().put(values, from, length);
      writeOrFail(buffer.limit(length * Float.BYTES), at + 4L * from);
    }
  }

  /** A tensor's bytes as they are, little-endian. */
  public void write(String name, MemorySegment data) {
    place(name, null);
    if (data.byteSize() != missing.get(name).bytes()) {
      throw new IllegalArgumentException(name + ": " + data.byteSize() + " bytes for " + missing.get(name));
    }
    append(name, data);
  }

  /** The next bytes of a tensor, little-endian, which need not come all at once. */
  public void append(String name, MemorySegment data) {
    long at = place(name, null);
    for (long from = 0; from < data.byteSize(); from += BUFFER_BYTES) {
      long length = Math.min(BUFFER_BYTES, data.byteSize() - from);
      writeOrFail(data.asSlice(from, length).asByteBuffer(), at + from);
    }
    places.put(name, at + data.byteSize());
    if (at + data.byteSize() == ends.get(name)) {
      missing.remove(name);
    }
  }

  private long place(String name, DType dtype) {
    Declaration tensor = missing.get(name);
    if (tensor == null || dtype != null && tensor.dtype != dtype) {
      throw new IllegalArgumentException(name + " was not declared so, or is written already");
    }
    return places.get(name);
  }

  private void writeOrFail(ByteBuffer bytes, long at) {
    try {
      long offset = at;
      while (bytes.hasRemaining()) {
        offset += part.channel().write(bytes, offset);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Puts the file in its place: all its tensors are written. */
  public void finish() {
    if (!missing.isEmpty()) {
      throw new IllegalStateException("not written: " + missing.keySet());
    }
    try {
      part.finish();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Takes an unfinished file away. */
  @Override
  public void close() {
    try {
      part.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static QuipuException unwritable(Path file, IOException e) {
    String why = switch (e) {
      case NoSuchFileException _ -> "its folder does not exist";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
    return new QuipuException(file + ": cannot write it: " + why, e);
  }
}
