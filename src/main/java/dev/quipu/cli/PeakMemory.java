package dev.quipu.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The largest size that this process had in memory, mapped weights included. */
final class PeakMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "VmHWM:";

  private PeakMemory() {}

  /** In bytes; empty where the system does not tell. */
  static OptionalLong bytes() {
    if (Files.isReadable(STATUS)) {
      return ofStatus();
    }
    long bytes = System.getProperty("os.name").startsWith("Mac") ? Posix.maxResidentSize() : -1;
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private static OptionalLong ofStatus() {
    try {
      return parse(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** From the text of /proc/self/status, where it is given in kB. */
  static OptionalLong parse(String status) {
    int at = status.indexOf(FIELD);
    if (at < 0) {
      return OptionalLong.empty();
    }
    String line = status.substring(at + FIELD.length(), status.indexOf('\n', at));
    return OptionalLong.of(1024 * Long.parseLong(line.replace("kB", "").strip()));
  }
}
