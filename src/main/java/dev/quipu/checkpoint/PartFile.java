package dev.quipu.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that stands beside its place as {@code NAME.part} until it is whole: what was there stays whole until then,
 * and nothing is left of a failure. A link stays one; what it leads to is replaced.
 */
public final class PartFile implements AutoCloseable {

  private final Path whole;
  private final Path part;
  private final FileChannel channel;

  private PartFile(Path whole, Path part, FileChannel channel) {
    this.whole = whole;
    this.part = part;
    this.channel = channel;
  }

  /** @throws FileSystemException with its reason, if it cannot be written, or there is something that is no file */
  public static PartFile create(Path file) throws IOException {
    Path whole = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.exists(whole) && !Files.isRegularFile(whole)) {
      throw new FileSystemException(file.toString(), null,
          "this is " + (Files.isDirectory(whole) ? "a folder; name a file in it" : "no regular file"));
    }
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    return new PartFile(whole, part, FileChannel.open(part, StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
  }

  public FileChannel channel() {
    return channel;
  }

  /** Puts the file in its place: it is whole. */
  public void finish() throws IOException {
    channel.force(true);
    channel.close();
    Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes an unfinished file away. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(part);
  }
}
