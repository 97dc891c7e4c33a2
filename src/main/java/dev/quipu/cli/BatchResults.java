package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.PartFile;
import dev.quipu.config.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The results of a batch in a file, a JSON object a line. Lines are appended whole or not at all; a file of an earlier
 * run is gone on with, but what had failed is taken out, and so is a last line that a crash has left half written.
 */
final class BatchResults implements AutoCloseable {

  private final Path file;
  private final Set<Object> done = new HashSet<>(); // ids of an earlier run
  private FileChannel channel;

  private BatchResults(Path file) {
    this.file = file;
  }

  /** @throws QuipuException if the file cannot be written, or holds something else */
  static BatchResults open(Path file) {
    BatchResults results = new BatchResults(file);
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new QuipuException(file + ": this is " + (Files.isDirectory(file) ? "a folder" : "no regular file")
            + "; results need a file of their own");
      }
      results.lock();
      results.cutHalfLine();
      if (results.readDone()) {
        results.dropFailed();
      }
      return results;
    } catch (IOException e) {
      results.close();
      throw results.cannotWrite(e);
    } catch (RuntimeException e) {
      results.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false;
    }
    if (!locked) {
      throw new QuipuException(file + ": another quipu is writing it");
    }
  }

  private void cutHalfLine() throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    long end = channel.size();
    while (end > 0) {
      channel.read(last.clear(), end - 1);
      if (last.get(0) == '\n') {
        break;
      }
      end--;
    }
    channel.truncate(end);
  }

  /** @return whether there are results of failed requests */
  private boolean readDone() throws IOException {
    boolean failed = false;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Map<?, ?> result = result(line, file + ":" + ++number);
        if (result.containsKey("error")) {
          failed = true;
        } else {
          done.add(result.get("id"));
        }
      }
    }
    return failed;
  }

  private static Map<?, ?> result(String line, String place) {
    if (Json.parse(line, place) instanceof Map<?, ?> result && result.containsKey("id")
        && (result.containsKey("text") || result.containsKey("error"))) {
      return result;
    }
    throw new QuipuException(place + ": this is no result of a request; name another file with --out");
  }

  /** Writes the other lines to a new file, which takes the place of this one. */
  private void dropFailed() throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file); PartFile part = PartFile.create(file)) {
      Writer writer = new BufferedWriter(Channels.newWriter(part.channel(), StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!result(line, file.toString()).containsKey("error")) {
          writer.append(line).append('\n');
        }
      }
      writer.flush();
      part.finish();
    }
    channel.close();
    lock();
  }

  boolean has(Object id) {
    return done.contains(id);
  }

  /** @throws QuipuException if it could not be written; then the file is as before */
  synchronized void append(String line) {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    try {
      long end = channel.size();
      try {
        for (long at = end; bytes.hasRemaining(); at = end + bytes.position()) {
          channel.write(bytes, at);
        }
      } catch (IOException e) {
        channel.truncate(end);
        throw e;
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private QuipuException cannotWrite(IOException e) {
    return new QuipuException(file + ": cannot write results: " + Failures.reason(e), e);
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }
}
