package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A zip file's central directory, read for what {@code java.util.zip} does not tell: where an entry's bytes lie. No
 * zip64, no encryption.
 *
 * <p>The format: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
 */
record StoredZip(FileRegion file, List<Entry> entries) {

  /** One file in the zip; {@code headerOffset} is where its local header begins. */
  record Entry(String name, int method, long compressedSize, long headerOffset) {}

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int CENTRAL_HEADER_BYTES = 46;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT_BYTES = 0xffff;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /**
   * @throws QuipuException if the file cannot be read, is no zip, or is a zip64
   */
  static StoredZip open(Path path) {
    FileRegion file = FileRegion.of(path);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer end = end(file, channel);
      int count = Short.toUnsignedInt(end.getShort(10));
      long size = Integer.toUnsignedLong(end.getInt(12));
      long offset = Integer.toUnsignedLong(end.getInt(16));
      if (count == 0xffff || size == 0xffffffffL || offset == 0xffffffffL) {
        throw refuse(file, "it is a zip64, which is not supported; keep the jar under 4 GB");
      }
      if (offset + size > file.size()) {
        throw refuse(file, "its central directory reaches beyond the file");
      }
      return new StoredZip(file, entries(file, little(file.read(channel, offset, (int) size)), count));
    } catch (IOException e) {
      throw FileRegion.unreadable(file.name(), path, e);
    }
  }

  /** The entry's content, inflated if need be. */
  InputStream open(Entry entry) {
    try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.READ)) {
      long offset = dataOffset(entry, channel);
      InputStream bytes = new ByteArrayInputStream(file.read(channel, offset, Math.toIntExact(entry.compressedSize())));
      return switch (entry.method()) {
        case STORED -> bytes;
        case DEFLATED -> new InflaterInputStream(bytes, new Inflater(true));
        default -> throw refuse(file, entry.name() + " has compression method " + entry.method());
      };
    } catch (IOException e) {
      throw FileRegion.unreadable(entry.name(), file.file(), e);
    }
  }

  /** Where an uncompressed entry's bytes lie in the zip. */
  FileRegion region(String name, Entry entry) {
    if (entry.method() != STORED) {
      throw refuse(file, entry.name() + " is compressed and cannot be mapped; store it uncompressed "
          + "(jar --no-compress)");
    }
    try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.READ)) {
      return new FileRegion(name, file.file(), dataOffset(entry, channel), entry.compressedSize());
    } catch (IOException e) {
      throw FileRegion.unreadable(entry.name(), file.file(), e);
    }
  }

  private static ByteBuffer end(FileRegion file, FileChannel channel) throws IOException {
    int length = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer tail = little(file.read(channel, file.size() - length, length));
    for (int at = length - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END) {
        return tail.slice(at, END_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    throw refuse(file, "it has no central directory: it is no jar, or a truncated one");
  }

  private static List<Entry> entries(FileRegion file, ByteBuffer directory, int count) {
    List<Entry> entries = new ArrayList<>(count);
    int at = 0;
    for (int i = 0; i < count; i++) {
      if (at + CENTRAL_HEADER_BYTES > directory.limit() || directory.getInt(at) != CENTRAL_HEADER) {
        throw refuse(file, "its central directory is damaged");
      }
      int nameLength = Short.toUnsignedInt(directory.getShort(at + 28));
      int rest = Short.toUnsignedInt(directory.getShort(at + 30)) + Short.toUnsignedInt(directory.getShort(at + 32));
      if (at + CENTRAL_HEADER_BYTES + nameLength + rest > directory.limit()) {
        throw refuse(file, "its central directory is damaged");
      }
      entries.add(entry(directory, at, nameLength));
      at += CENTRAL_HEADER_BYTES + nameLength + rest;
    }
    return entries;
  }

  private static Entry entry(ByteBuffer directory, int at, int nameLength) {
    String name = new String(directory.array(), at + CENTRAL_HEADER_BYTES, nameLength, StandardCharsets.UTF_8);
    return new Entry(name, directory.getShort(at + 10), Integer.toUnsignedLong(directory.getInt(at + 20)),
        Integer.toUnsignedLong(directory.getInt(at + 42)));
  }

  private long dataOffset(Entry entry, FileChannel channel) throws IOException {
    if (entry.headerOffset() + LOCAL_HEADER_BYTES > file.size()) {
      throw refuse(file, entry.name() + " reaches beyond the file");
    }
    ByteBuffer local = little(file.read(channel, entry.headerOffset(), LOCAL_HEADER_BYTES));
    if (local.getInt(0) != LOCAL_HEADER) {
      throw refuse(file, entry.name() + " has a damaged header");
    }
    int names = Short.toUnsignedInt(local.getShort(26)) + Short.toUnsignedInt(local.getShort(28));
    long offset = entry.headerOffset() + LOCAL_HEADER_BYTES + names;
    if (offset + entry.compressedSize() > file.size()) {
      throw refuse(file, entry.name() + " reaches beyond the file");
    }
    return offset;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static QuipuException refuse(FileRegion file, String what) {
    return new QuipuException(file.name() + ": " + what);
  }
}
