package dev.quipu.cli;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/**
 * What the command line wants from the C library: whether there is a terminal, how large the process is, and memory
 * that Java's own limits do not count. Where the library cannot be asked, the answer is "unknown".
 */
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

  /**
   * Memory that is freed with the arena and not zeroed. Java limits what it allocates outside of its heap to the size
   * of the heap, which is a quarter of the machine: too little for the weights of a model. Where the C library cannot
   * be asked, the arena's own memory has to do.
   */
  static SegmentAllocator memory(Arena arena) {
    try {
      MethodHandle malloc = function("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
      MethodHandle free = function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
      return (bytes, alignment) -> {
        long padded = bytes + alignment;
        MemorySegment block = allocate(malloc, padded).reinterpret(padded, arena, at -> free(free, at));
        return block.asSlice(-block.address() & alignment - 1, bytes);
      };
    } catch (IllegalCallerException | NoSuchElementException | UnsupportedOperationException e) {
      return arena;
    }
  }

  private static MemorySegment allocate(MethodHandle malloc, long bytes) {
    MemorySegment block;
    try {
      block = (MemorySegment) malloc.invokeExact(bytes);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (block.address() == 0) {
      throw new QuipuException("There is not enough memory: " + bytes + " bytes more are needed");
    }
    return block;
  }

  private static void free(MethodHandle free, MemorySegment block) {
    try {
      free.invokeExact(block);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
