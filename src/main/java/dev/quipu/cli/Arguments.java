package dev.quipu.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The arguments as they were typed, in UTF-8. Java decodes them by the locale; in a bare one, as containers have it,
 * what is not ASCII would be lost, so they are then read again from where Linux keeps them.
 */
final class Arguments {

  private Arguments() {}

  static List<String> asTyped(String[] args) {
    Path commandLine = Path.of("/proc", process(), "cmdline");
    if ("UTF-8".equals(System.getProperty("sun.jnu.encoding")) || !Files.isReadable(commandLine)) {
      return List.of(args);
    }
    try {
      return decode(Files.readAllBytes(commandLine), args);
    } catch (IOException e) {
      return List.of(args);
    }
  }

  /** Whose arguments the user typed: after a relaunch, those of the Java that waits for this one. */
  private static String process() {
    return System.getProperty(Launcher.RELAUNCHED) == null ? "self"
        : ProcessHandle.current().parent().map(parent -> String.valueOf(parent.pid())).orElse("self");
  }

  /** @param commandLine the whole command line, each argument ended by a zero byte; ends with the program's own */
  static List<String> decode(byte[] commandLine, String[] args) {
    List<String> all = List.of(new String(commandLine, StandardCharsets.UTF_8).split("\0", -1));
    int end = all.size() - 1; // after the last zero byte
    if (end < args.length) {
      return List.of(args);
    }
    List<String> own = all.subList(end - args.length, end);
    for (int i = 0; i < args.length; i++) {
      if (isAscii(own.get(i)) && !own.get(i).equals(args[i])) {
        return List.of(args); // they came from elsewhere, such as an argument file
      }
    }
    return own;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
