package dev.quipu.vision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** A walk over the chunks of a PNG file: names and places. Does not know what they hold. */
final class Chunks {

  private final ByteBuffer file;
  private final long end;
  private long next;
  private String name = "";
  private int start; // of the chunk's content
  private int length;

  private Chunks(byte[] file) {
    this.file = ByteBuffer.wrap(file);
    this.next = 8;
    this.end = file.length;
  }

  /** Each: length, name, content, checksum. */
  static Chunks ofPng(byte[] file) {
    return new Chunks(file);
  }

  /** Goes to the next chunk; false where there is none that is whole. */
  boolean next() {
    if (next + 8 > end) {
      return false;
    }
    long bytes = Integer.toUnsignedLong(file.getInt((int) next));
    name = new String(file.array(), (int) next + 4, 4, StandardCharsets.ISO_8859_1);
    start = (int) next + 8;
    next = start + bytes + 4;
    length = (int) Math.min(bytes, Integer.MAX_VALUE);
    return start + bytes <= end;
  }

  /**
   * Refuses a PNG whose header or palette is not as it was written. Its data are protected by a checksum of their own.
   */
  void requireChecksums() throws IOException {
    while (next()) {
      if ((is("IHDR") || is("PLTE")) && next <= end) {
        CRC32 checksum = new CRC32();
        checksum.update(file.array(), start - 4, length + 4);
        if ((int) checksum.getValue() != file.getInt(start + length)) {
          throw new IOException("it is damaged: the checksum of its chunk " + name + " is wrong");
        }
      }
    }
  }

  /** Whether the current chunk has this name. */
  boolean is(String name) {
    return this.name.equals(name);
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  byte[] content() {
    return Arrays.copyOfRange(file.array(), start, start + length);
  }
}
