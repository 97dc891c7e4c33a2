package dev.quipu.promptcache;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** CRC-32C of the keys and values of a file, layer by layer, keys first. */
final class Checksum {

  private static final long PIECE_BYTES = 1 << 30;

  private final CRC32C crc = new CRC32C();

  void update(MemorySegment data) {
    for (long from = 0; from < data.byteSize(); from += PIECE_BYTES) {
      crc.update(data.asSlice(from, Math.min(PIECE_BYTES, data.byteSize() - from)).asByteBuffer());
    }
  }

  @Override
  public String toString() {
    return String.format("%08x", crc.getValue());
  }
}
