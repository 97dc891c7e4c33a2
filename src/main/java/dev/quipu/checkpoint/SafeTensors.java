package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * One safetensors file, mapped into memory: 8 bytes with the header's length, the header, then the data. Every bound is
 * checked before anything is mapped, so no tensor can reach outside its file. Does not know what the tensors are for.
 *
 * <p>The format: https://github.com/huggingface/safetensors, "Format".
 */
public final class SafeTensors {

  /** The limit of the reference implementation. */
  static final int MAX_HEADER_BYTES = 100_000_000;

  private static final String DOWNLOAD = "download it again";
  private static final byte[] LFS_POINTER = "version https://git-lfs".getBytes(StandardCharsets.UTF_8);

  private final String name;
  private final SafeTensorsHeader header;
  private final MemorySegment data;

  private SafeTensors(String name, SafeTensorsHeader header, MemorySegment data) {
    this.name = name;
    this.header = header;
    this.data = data;
  }

  /**
   * Maps a file for as long as the arena is open.
   *
   * @throws QuipuException if the file is no safetensors file, is damaged or truncated, or cannot be read
   */
  public static SafeTensors open(Path file, Arena arena) {
    return open(file, arena, DOWNLOAD);
  }

  /**
   * As {@link #open(Path, Arena)}.
   *
   * @param remedy what to do about a damaged file, where it is not to be downloaded again
   */
  public static SafeTensors open(Path file, Arena arena, String remedy) {
    return open(FileRegion.of(file), arena, remedy);
  }

  static SafeTensors open(FileRegion region, Arena arena) {
    return open(region, arena, DOWNLOAD);
  }

  private static SafeTensors open(FileRegion region, Arena arena, String remedy) {
    try (FileChannel channel = FileChannel.open(region.file(), StandardOpenOption.READ)) {
      int headerBytes = headerLength(region, channel, remedy);
      long dataOffset = Long.BYTES + headerBytes;
      long dataBytes = region.size() - dataOffset;
      byte[] json = region.read(channel, Long.BYTES, headerBytes);
      SafeTensorsHeader header = SafeTensorsHeader.parse(json, region.name(), dataBytes, remedy);
      MemorySegment data = channel.map(MapMode.READ_ONLY, region.offset() + dataOffset, dataBytes, arena);
      return new SafeTensors(region.name(), header, data);
    } catch (IOException e) {
      throw FileRegion.unreadable(region.name(), region.file(), e);
    }
  }

  /** The file's name, for messages. */
  public String name() {
    return name;
  }

  /** The tensors' names, in the order of the header. */
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /** The header's {@code __metadata__}; empty if there is none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * @throws QuipuException if there is no tensor of that name, or its type is not supported
   */
  public TensorEntry tensor(String tensor) {
    SafeTensorsHeader.Entry entry = header.tensors().get(tensor);
    if (entry == null) {
      throw new QuipuException(name + ": there is no tensor \"" + tensor + "\"");
    }
    long size = entry.end() - entry.begin();
    return new TensorEntry(tensor, dtype(entry), entry.shape().clone(), data.asSlice(entry.begin(), size));
  }

  /** The size of a tensor of this file, whatever its type. */
  long bytes(String tensor) {
    SafeTensorsHeader.Entry entry = header.tensors().get(tensor);
    return entry.end() - entry.begin();
  }

  /** Feeds a digest with what the header says of a tensor, and with its first bytes. */
  void digest(String tensor, MessageDigest digest) {
    SafeTensorsHeader.Entry entry = header.tensors().get(tensor);
    String described = tensor + " " + entry.dtype() + " " + Arrays.toString(entry.shape()) + "\n";
    digest.update(described.getBytes(StandardCharsets.UTF_8));
    long sample = Math.min(Fingerprint.SAMPLE_BYTES, entry.end() - entry.begin());
    digest.update(data.asSlice(entry.begin(), sample).asByteBuffer());
  }

  private DType dtype(SafeTensorsHeader.Entry entry) {
    return switch (entry.dtype()) {
      case "F32" -> DType.F32;
      case "F16" -> DType.F16;
      case "BF16" -> DType.BF16;
      case "U32" -> DType.U32;
      case "U8" -> DType.U8;
      case "I32" -> DType.I32;
      default -> throw new QuipuException(name + ": tensor \"" + entry.name() + "\": dtype " + entry.dtype()
          + " is not supported; supported: F32, F16, BF16, U32, U8, I32. Convert the checkpoint with mlx_lm.convert");
    };
  }

  private static int headerLength(FileRegion region, FileChannel channel, String remedy)
      throws IOException {
    byte[] start = region.read(channel, 0, (int) Math.min(region.size(), LFS_POINTER.length));
    refuseLfsPointer(region.name(), start);
    if (start.length < Long.BYTES) {
      throw damaged(region.name(), "it has " + region.size() + " bytes, too few for a safetensors file",
          remedy);
    }
    long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw damaged(region.name(), "its first 8 bytes give a header of " + Long.toUnsignedString(length)
          + " bytes, the limit is " + MAX_HEADER_BYTES, remedy);
    }
    if (length > region.size() - Long.BYTES) {
      throw damaged(region.name(), "its header of " + length + " bytes reaches beyond the file's " + region.size()
          + " bytes", remedy);
    }
    return (int) length;
  }

  private static void refuseLfsPointer(String name, byte[] start) {
    if (Arrays.equals(start, LFS_POINTER)) {
      throw new QuipuException(name + ": this is a git-lfs pointer, not the weights; run `git lfs pull` in the folder, "
          + "or download the model again");
    }
  }

  private static QuipuException damaged(String name, String what, String remedy) {
    return new QuipuException(name + ": not a safetensors file, or a truncated one: " + what + "; " + remedy);
  }
}
