package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.ParameterException;

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
      case ParameterException _ -> USAGE;
      default -> FAILED;
    };
  }

  /** @param flags as the user typed them */
  static String message(Throwable failure, Flags flags) {
    return switch (failure) {
      case InvalidRequestException e -> flags.typed(e.parameter()) + " " + e.problem();
      case QuipuException e -> e.getMessage();
      case ParameterException e -> Usage.message(e, flags);
      case Output.Failed e -> "Cannot write the answer: " + e.getMessage();
      case OutOfMemoryError e -> "There is not enough memory (" + e.getMessage() + "): give Java more with -Xmx, such"
          + " as java -Xmx4g -jar quipu.jar, or make the prompt shorter or --prefill-step-size smaller";
      default -> "internal error: " + failure + " (run with --verbose to see where)";
    };
  }

  /** Why a file could not be read or written, in words. */
  static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "access is denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
