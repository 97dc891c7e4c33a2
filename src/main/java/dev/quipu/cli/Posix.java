package dev.quipu.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The two questions that the command line has for the C library. Where it cannot be asked, the answer is "unknown". */
final class Posix {

  static final int STDIN = 0;
  static final int STDOUT = 1;
  static final int STDERR = 2;

  private static final int RUSAGE_SELF = 0;
  private static final int RUSAGE_BYTES = 144; // struct rusage of 64-bit Linux and macOS
  private static final int MAXRSS_OFFSET = 32; // ru_maxrss, after two struct timeval

  private Posix() {}

  /** Whether a file descriptor is a terminal. On Linux its link tells, which is a hundred times cheaper than a call. */
  static boolean isTerminal(int descriptor) {
    try {
      Path link = Path.of("/proc/self/fd/" + descriptor);
      if (Files.isSymbolicLink(link)) {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
      }
      MethodHandle isatty = function("isatty", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      return (int) isatty.invokeExact(descriptor) == 1;
    } catch (Throwable e) {
      return false;
    }
  }

  /** Whether a descriptor is a file of the Java that runs: it was closed, and Java took its place for an own one. */
  static boolean isFileOfJava(int descriptor) {
    try {
      Path file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return file.startsWith(Path.of(System.getProperty("java.home")).toRealPath());
    } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
      return false; // not Linux, or a name that the locale cannot spell
    }
  }

  /** The {@code ru_maxrss} of this process, bytes on macOS and KiB on Linux; -1 if unknown. */
  static long maxResidentSize() {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle getrusage = function("getrusage",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      MemorySegment usage = arena.allocate(RUSAGE_BYTES, Long.BYTES);
      int result = (int) getrusage.invokeExact(RUSAGE_SELF, usage);
      return result == 0 ? usage.get(ValueLayout.JAVA_LONG, MAXRSS_OFFSET) : -1;
    } catch (Throwable e) {
      return -1;
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
