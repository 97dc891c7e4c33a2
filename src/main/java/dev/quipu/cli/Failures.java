package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong, as one message and an exit code. */
final class Failures {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  private Failures() {}

  static int exitCode(Throwable failure) {
    return switch (failure) {
      case Output.Closed _ -> DONE;
      case InvalidRequestException _ -> USAGE;
      case UsageException _ -> USAGE;
      default -> FAILED;
    };
  }

  /** @param flags as the user typed them */
  static String message(Throwable failure, Flags flags) {
    OutOfMemoryError memory = outOfMemory(failure);
    if (memory != null) {
      return "There is not enough memory (" + memory.getMessage() + "): give Java more with -Xmx, such as"
          + " java -Xmx4g -jar quipu.jar, or make the prompt shorter or --prefill-step-size smaller";
    }
    return switch (failure) {
      case InvalidRequestException e -> flags.typed(e.parameter()) + " " + e.problem();
      case QuipuException e -> e.getMessage();
      case UsageException e -> e.getMessage();
      case Output.Failed e -> "Cannot write the answer: " + e.getMessage();
      default -> "internal error: " + failure + " (run with --verbose to see where)";
    };
  }

  /** Too little memory may show in the middle of anything, such as the loading of a class; null if it is not that. */
  private static OutOfMemoryError outOfMemory(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError e) {
        return e;
      }
    }
    return null;
  }

  /** Why a file could not be read or written, in words. */
  static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "access is denied";
      case CharacterCodingException _ -> "it is no text in UTF-8";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
