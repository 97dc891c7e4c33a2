package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A run of bytes in a file: a whole file, or an uncompressed entry of a jar. Knows nothing of what the bytes are.
 *
 * @param name   what the run is called in a message, such as {@code model.safetensors}
 * @param file   where it lies
 * @param offset its first byte in the file
 * @param size   in bytes
 */
record FileRegion(String name, Path file, long offset, long size) {

  static FileRegion of(Path file) {
    String name = file.getFileName().toString();
    try {
      return new FileRegion(name, file, 0, Files.size(file));
    } catch (IOException e) {
      throw unreadable(name, file, e);
    }
  }

  /** The bytes from {@code at}, counted from the region's start. The caller has checked that they lie inside. */
  byte[] read(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + at + bytes.position()) < 0) {
        throw new IOException("the file ends early, at byte " + (at + bytes.position()));
      }
    }
    return bytes.array();
  }

  static QuipuException unreadable(String name, Path file, IOException e) {
    String why = switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied; make it readable for this user";
      default -> String.valueOf(e.getMessage());
    };
    return new QuipuException(name + ": cannot read " + file + ": " + why, e);
  }
}
